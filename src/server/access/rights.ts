import type { Role } from '#src/domain/role.ts'

/** What a route asks of its caller. `signal`: hand something in; `ask`: have it investigated and wait for the answer. */
export type Right = 'read' | 'signal' | 'ask' | 'operate' | 'approve' | 'audit'

const rights: Record<Role, readonly Right[]> = {
  reader: ['read'],
  forwarder: ['signal'],
  operator: ['read', 'signal', 'ask', 'operate'],
  approver: ['read', 'signal', 'ask', 'operate', 'approve'],
  admin: ['read', 'signal', 'ask', 'operate', 'approve', 'audit'],
}

/** May somebody of this role do that? */
export function hasRight(role: Role, right: Right): boolean {
  return rights[role].includes(right)
}

/** The roles that may, for people who may not. */
export function rolesWith(right: Right): Role[] {
  return (Object.keys(rights) as Role[]).filter((role) => hasRight(role, right))
}
