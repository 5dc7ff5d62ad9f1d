/** What RxDB's test plugin takes of the package of this name, which RxDB does not bring along. */
export default structuredClone;
