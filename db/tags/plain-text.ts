/** Personal columns of free text, or of more than one value, that are not encrypted, each with the reason. Keep it short. */
export const plainText: Readonly<Record<string, string>> = {
  'completion_reviews.sticker': 'The name of a picture of the program’s own.',
  'notices.code': 'A code of the program’s own list of errors.',
  'notices.message': 'A sentence of the program’s own, without names.',
  'parent_students.relationship': 'Mother, carer and the like; found by staff in lists, and without the two names it points at nobody.',
  'school_admins.job_title': 'What the school says of its staff to everyone in it.',
  'sessions.address': 'Of staff alone, to see misuse by; gone a week after the session.',
  'student_consents.purpose': 'A purpose of the program’s own list.',
  'student_progress.clubs': 'Counts, by the ids of clubs.',
  'student_progress.opening': 'Counts and a day.',
  'student_progress.weeks': 'Counts and days.',
  'students.avatar': 'The name of a picture of the program’s own.',
  'students.year_group': 'One of seven, of which each has dozens of children.',
  'teachers.qualifications': 'What the school says of its staff.',
  'teachers.title': 'Ms, Mr and the like.',
};
