import { common, id, personal, school, table, technical, undated, type Room } from './tag.ts';

export const access: Room = {
  permissions: table('What a person may be allowed to do.', 'access', 'released', {
    name: technical({ erasure: 'kept' }),
    audience: technical({ erasure: 'kept' }),
    kind: technical({ erasure: 'kept' }),
    sentence: technical({ erasure: 'kept' }),
  }),
  role_templates: table('A role that every school begins with.', 'access', 'released', {
    name: technical({ erasure: 'kept' }),
    relation: technical({ erasure: 'kept' }),
  }),
  role_template_permissions: table('A permission of such a role.', 'access', 'released', {
    role_name: technical({ erasure: 'kept' }),
    permission: technical({ erasure: 'kept' }),
    on_device: technical({ erasure: 'kept' }),
  }),
  roles: table('A role of the school’s.', 'access', 'school', {
    ...common,
    name: school(),
    relation: school(),
    is_template: school(),
  }),
  role_permissions: table('A permission that a role holds.', 'access', 'school', {
    ...common,
    role_id: id({ erasure: 'kept' }),
    permission: school(),
    on_device: school(),
  }),
  user_roles: table('A role that a person holds.', 'access', 'account', {
    ...common,
    user_id: id(),
    role_id: id(),
    scope_kind: personal(),
    scope_target: id(),
    valid_from: personal(),
    valid_until: personal(),
  }),
  access_grants: table('What a person may see, worked out from roles and relations.', 'access', 'tombstones', {
    ...common,
    user_id: id(),
    audience: technical(),
    on_device: technical(),
    from_version: technical(),
    to_version: technical(),
    expires_at: technical(),
    user_role_ids: id(),
    user_role_ends: technical(),
  }),
  access_reach: table('The same in the form that each request asks for.', 'access', 'account', {
    ...common,
    user_id: id(),
    names: technical(),
    settings: technical(),
    holds_until: technical(),
  }),
  grants_due: table('People whose access is worked out anew at commit.', 'access', 'moments', {
    ...undated,
    user_id: id(),
  }),
};
