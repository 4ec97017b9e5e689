/** The properties that all samples of one value share. */
export type Shape = {
  /** `string`, `number`, `boolean`, `null`. */
  readonly plain: Set<string>
  /** How many samples are objects. */
  objects: number
  /** Of the objects: the shape of each field, and how many objects have the field. */
  readonly fields: Map<string, { count: number; readonly shape: Shape }>
  /** Of lists; undefined where no sample is a list. */
  items: Shape | undefined
}

export const emptyShape = (): Shape => ({ plain: new Set(), objects: 0, fields: new Map(), items: undefined })

export const addSample = (shape: Shape, value: unknown): void => {
  if (Array.isArray(value)) {
    shape.items ??= emptyShape()
    for (const item of value) addSample(shape.items, item)
  } else if (typeof value === 'object' && value !== null) {
    shape.objects++
    for (const [name, member] of Object.entries(value)) {
      const field = fieldOf(shape, name)
      field.count++
      addSample(field.shape, member)
    }
  } else {
    shape.plain.add(value === null ? 'null' : typeof value)
  }
}

const fieldOf = (shape: Shape, name: string) => {
  const field = shape.fields.get(name) ?? { count: 0, shape: emptyShape() }
  shape.fields.set(name, field)
  return field
}

export const merged = (shapes: readonly Shape[]): Shape => {
  const result = emptyShape()
  for (const shape of shapes) addShape(result, shape)
  return result
}

const addShape = (result: Shape, { plain, objects, fields, items }: Shape): void => {
  for (const word of plain) result.plain.add(word)
  result.objects += objects
  for (const [name, { count, shape }] of fields) {
    const field = fieldOf(result, name)
    field.count += count
    addShape(field.shape, shape)
  }
  if (items === undefined) return
  result.items ??= emptyShape()
  addShape(result.items, items)
}

/** Shapes as types of TypeScript. Each object is an interface; equal ones are declared once, named after the first use. */
export const createDeclarations = () => {
  const names = new Map<string, string>()
  const taken = new Set<string>()

  const declare = (body: string, wanted: string): string => {
    const known = names.get(body)
    if (known !== undefined) return known
    const base = wanted.replace(/(?:^|[^A-Za-z]+)([A-Za-z])/g, (_, letter: string) => letter.toUpperCase())
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base}${number}`
    taken.add(name)
    names.set(body, name)
    return name
  }

  const objectType = ({ objects, fields }: Shape, family: Shape, name: string): string => {
    if (isMap(name, fields)) return 'Fields'
    const members = [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, { count, shape }]) => {
        const type = typeOf(shape, family.fields.get(field)?.shape ?? shape, field)
        return `  readonly ${property(field)}${count < objects ? '?' : ''}: ${type}\n`
      })
    return declare(members.join(''), name)
  }

  /** @param family the shape of the same value in related samples: it adds to the types of fields, and adds no fields */
  const typeOf = (shape: Shape, family: Shape, name: string): string => {
    const parts = [...new Set([...shape.plain, ...family.plain])].filter((word) => word !== 'null').sort()
    const object = shape.objects > 0 ? shape : family
    if (object.objects > 0) parts.push(objectType(object, family, name))
    const items = shape.items ?? family.items
    if (items !== undefined) {
      const item = typeOf(items, family.items ?? items, name)
      parts.push(`readonly ${item.includes(' ') ? `(${item})` : item}[]`)
    }
    if (parts.length === 0) return 'unknown'
    if (shape.plain.has('null') || family.plain.has('null')) parts.push('null')
    return parts.join(' | ')
  }

  return {
    typeOf,
    lines: (): readonly string[] => [...names].map(([body, name]) => `interface ${name} extends Fields {\n${body}}\n`),
  }
}

export const property = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)

/** Fields that hold what a user or a driver wrote, under names of its own. */
const MAPS = new Set(
  (
    'metadata meta system_metadata image_meta properties extra extra_specs required_extra_specs group_specs tags ' +
    'driver_info instance_info driver_internal_info binding:profile binding:vif_details profile vif_details ' +
    'configurations bridge_mappings ovs_capabilities local_link_connection scheduler_hints bandwidth traits'
  ).split(' '),
)

/** The inside of a Python object is not a shape either: its names begin with an underscore. */
const isMap = (name: string, fields: Shape['fields']): boolean =>
  MAPS.has(name) || fields.size === 0 || [...fields.keys()].some((field) => !/^[a-z][\w:.-]*$/i.test(field))
