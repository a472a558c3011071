/// Everything that a pickle has made, bounded by a number of values.
struct PickleMemory: Sendable {
  /// A tensor takes about thirty: enough for 5,000 of them with an optimizer that keeps two each.
  static let maximumValues = 500_000
  /// The longest pickle, without the storages.
  static let maximumLength = 32 << 20
  static let maximumGlobals = 10_000
  static let maximumRank = 16

  let bytes: [UInt8]
  /// The contents of tuples, lists and dictionaries.
  private(set) var collections: [[PickleValue]] = []
  private(set) var globals: [PickleGlobal] = []
  private(set) var storages: [PickleStorage] = []
  private(set) var tensors: [PickleTensor] = []
  private var values = 0
  private let limit: Int

  init(_ bytes: [UInt8], limit: Int = maximumValues) {
    self.limit = limit
    self.bytes = bytes
  }

  /// Counts one value more.
  mutating func count() throws(FormatError) {
    guard values < limit else {
      throw .limit("the pickle makes more than \(limit) values")
    }
    values += 1
  }

  /// The text, nil where it is not UTF-8.
  func string(_ text: PickleText) -> String? {
    String(validating: bytes[Int(text.start)..<Int(text.start) + Int(text.count)], as: UTF8.self)
  }

  mutating func collection(_ content: [PickleValue] = []) -> Int {
    collections.append(content)
    return collections.count - 1
  }

  mutating func append(_ items: [PickleValue], to collection: Int) {
    collections[collection] += items
  }

  mutating func add(_ global: PickleGlobal) throws(FormatError) -> PickleValue {
    guard globals.count < Self.maximumGlobals else {
      throw .limit("the pickle names more than \(Self.maximumGlobals) globals")
    }
    globals.append(global)
    return .global(globals.count - 1)
  }

  mutating func add(_ storage: PickleStorage) throws(FormatError) -> PickleValue {
    guard storages.count < SafetensorsHeader.maximumTensors else {
      throw .limit("more than \(SafetensorsHeader.maximumTensors) storages")
    }
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func add(_ tensor: PickleTensor) throws(FormatError) -> PickleValue {
    guard tensors.count < SafetensorsHeader.maximumTensors else {
      throw .limit("more than \(SafetensorsHeader.maximumTensors) tensors")
    }
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }

  /// The keys and values of a dictionary.
  func pairs(_ dictionary: Int) -> [(key: PickleValue, value: PickleValue)] {
    let content = collections[dictionary]
    return stride(from: 0, to: content.count - 1, by: 2).map { (content[$0], content[$0 + 1]) }
  }

  /// The entries of a dictionary whose keys are text, in order; none is there twice.
  func named(_ dictionary: Int) throws(FormatError) -> [(name: String, value: PickleValue)] {
    // Distinct names are distinct bytes of the pickle, which bound them.
    var names: Set<String> = []
    var result: [(name: String, value: PickleValue)] = []
    for (key, value) in pairs(dictionary) {
      guard case .text(let text) = key else { continue }
      guard let name = string(text) else {
        throw .malformed("the name of an entry is not UTF-8")
      }
      guard names.insert(name).inserted else { throw .malformed("\(quoted(name)) is there twice") }
      result.append((name, value))
    }
    return result
  }

  /// The whole numbers of a tuple or list; nil where it holds anything else.
  func integers(_ value: PickleValue) -> [Int]? {
    switch value {
    case .tuple(let index), .list(let index): integers(of: index)
    case .none, .truth, .integer, .text, .dictionary, .global, .made, .storage, .tensor, .other:
      nil
    }
  }

  private func integers(of collection: Int) -> [Int]? {
    var result: [Int] = []
    for value in collections[collection] {
      guard case .integer(let number) = value, result.count < Self.maximumRank else { return nil }
      result.append(number)
    }
    return result
  }
}
