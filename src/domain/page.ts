/** A page of a list. `next_cursor` is absent on the last one. */
export interface Page<Item> {
  items: Item[]
  next_cursor?: string
}
