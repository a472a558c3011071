internal import Tensors

/// What torch's own names say about the layout of data.
extension PickleMemory {
  /// The data that `callee` of these arguments describes; where it is not known, a closed value.
  mutating func calling(
    _ callee: PickleValue, with arguments: PickleValue
  ) throws(FormatError) -> PickleValue {
    guard case .global(let index) = callee else { return .other }
    guard case .tuple(let content) = arguments else { return .made(index) }
    return try calling(index, with: collections[content])
  }

  private mutating func calling(
    _ global: Int, with arguments: [PickleValue]
  ) throws(FormatError) -> PickleValue {
    let name = globals[global].name
    switch globals[global].kind {
    case .dictionary: return try dictionary(arguments)
    case .size:
      guard arguments.count == 1, integers(arguments[0]) != nil else { break }
      return arguments[0]
    case .rebuildTensor:
      guard arguments.count >= 4 else { break }
      return try tensor(arguments, nil)
    case .rebuildTyped:
      guard arguments.count >= 7, case .global(let index) = arguments[6],
        case .element(let element) = globals[index].kind
      else { break }
      return try tensor(arguments, element)
    case .rebuildParameter:
      guard case .tensor? = arguments.first else { break }
      return arguments[0]
    case .rebuildFromType:
      guard arguments.count >= 3, case .global(let inner) = arguments[0],
        case .tuple(let content) = arguments[2], globals[inner].kind != .rebuildFromType
      else { break }
      return try calling(inner, with: collections[content])
    case .storage, .element, .closed: return .made(global)
    }
    throw .malformed("the arguments of \(quoted(name)) are not those of a tensor")
  }

  /// `OrderedDict()`, or as Python 2 wrote it, `OrderedDict([[key, value], …])`.
  private mutating func dictionary(_ arguments: [PickleValue]) throws(FormatError) -> PickleValue {
    var content: [PickleValue] = []
    if case .list(let list)? = arguments.first {
      for item in collections[list] {
        guard let pair = pair(item) else {
          throw .malformed("a dictionary of something else than pairs")
        }
        // Copies count like values: the same list may be made into any number of dictionaries.
        for value in pair {
          try count()
          content.append(value)
        }
      }
    }
    return .dictionary(collection(content))
  }

  /// The two items of a list or tuple.
  private func pair(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .list(let index), .tuple(let index):
      collections[index].count == 2 ? collections[index] : nil
    case .none, .truth, .integer, .text, .dictionary, .global, .made, .storage, .tensor, .other:
      nil
    }
  }

  /// storage, offset, sizes, strides, …
  private mutating func tensor(
    _ arguments: [PickleValue], _ element: StorageKind?
  ) throws(FormatError) -> PickleValue {
    guard case .storage(let index) = arguments[0], case .integer(let offset) = arguments[1],
      let sizes = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw .malformed("a tensor without storage, offset, sizes and strides") }
    guard let view = StridedView(sizes, strides: strides, offset: offset) else {
      throw .malformed("a tensor of shape \(sizes), strides \(strides) and offset \(offset)")
    }
    let storage = storages[index]
    let element = element ?? storage.kind
    let (end, overflow) = view.span.upperBound.multipliedReportingOverflow(by: element.width)
    // The range lies in the storage, whose length in bytes was checked.
    let bytes = storage.range.count * storage.kind.width
    guard !overflow, view.count == 0 || end <= bytes else {
      throw .malformed(
        "a tensor of shape \(sizes), strides \(strides) and offset \(offset) passes its storage "
          + "of \(bytes) bytes")
    }
    return try add(PickleTensor(storage: index, element: element, view: view))
  }

  /// ('storage', type, key, device, count) and, in the sequential format, a view of a part of it.
  mutating func persistent(_ value: PickleValue) throws(FormatError) -> PickleValue {
    let fault = FormatError.malformed("a reference that is none to a storage")
    guard case .tuple(let index) = value else { throw fault }
    let content = collections[index]
    guard content.count >= 2, case .text(let tag) = content[0] else { throw fault }
    // A class with its source text, in a pickle of a whole module.
    if string(tag) == "module" { return content[1] }
    guard string(tag) == "storage", content.count == 5 || content.count == 6,
      case .global(let type) = content[1], case .storage(let kind) = globals[type].kind,
      case .text(let text) = content[2], text.count <= 100, let key = string(text),
      case .integer(let count) = content[4], count >= 0
    else { throw fault }
    guard !count.multipliedReportingOverflow(by: kind.width).overflow else {
      throw .malformed("a storage of \(count) elements")
    }
    var range = 0..<count
    if content.count == 6, case .tuple(let view) = content[5] {
      let part = collections[view]
      guard part.count == 3, case .integer(let start) = part[1], case .integer(let size) = part[2],
        start >= 0, size >= 0, start <= count, size <= count - start
      else { throw fault }
      range = start..<start + size
    }
    return try add(PickleStorage(kind: kind, key: key, count: count, range: range))
  }
}
