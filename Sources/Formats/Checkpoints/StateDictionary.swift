/// The tensors of a checkpoint: of its outermost dictionary, or of the one under a usual key.
struct StateDictionary {
  /// The keys that training scripts put a network's tensors under.
  static let keys = ["state_dict", "model_state", "model_state_dict", "model", "net"]

  /// The key, nil where the tensors lie outermost.
  let key: String?
  /// In the order of the dictionary.
  let tensors: [(name: String, tensor: PickleTensor)]

  init(_ value: PickleValue, _ memory: PickleMemory) throws(FormatError) {
    guard case .dictionary(let outer) = value else {
      throw Self.noDictionary(value, "the file", memory)
    }
    let entries = try memory.named(outer)
    var found: [(key: String, dictionary: Int)] = []
    var closed: FormatError?
    for (name, value) in entries where Self.keys.contains(name) {
      switch value {
      case .dictionary(let index) where Self.holdsTensors(index, memory):
        found.append((name, index))
      case .made: closed = Self.noDictionary(value, quoted(name), memory)
      default: continue
      }
    }
    guard found.count <= 1 else {
      let keys = found.map { quoted($0.key) }.joined(separator: " and ")
      throw .unsupported(
        "\(keys) hold tensors, expected one of them: save the right one alone, "
          + "torch.save(checkpoint[\(quoted(found[0].key))], \"weights.pth\")")
    }
    let isOuter = Self.holdsTensors(outer, memory)
    guard let dictionary = found.first?.dictionary ?? (isOuter ? outer : nil) else {
      throw closed ?? Self.nothing(entries, memory)
    }
    key = found.first?.key
    tensors = try Self.tensors(dictionary, memory)
  }

  private static func holdsTensors(
    _ dictionary: Int, _ memory: PickleMemory
  ) -> Bool {
    memory.pairs(dictionary).contains { pair in
      guard case .text = pair.key, case .tensor = pair.value else { return false }
      return true
    }
  }

  /// What else lies in the dictionary is passed over, but for tensors of kinds that are not read.
  private static func tensors(
    _ dictionary: Int, _ memory: PickleMemory
  ) throws(FormatError) -> [(name: String, tensor: PickleTensor)] {
    var result: [(name: String, tensor: PickleTensor)] = []
    for (name, value) in try memory.named(dictionary) {
      switch value {
      case .tensor(let index):
        result.append((name, memory.tensors[index]))
      case .made(let index) where memory.globals[index].isForeignTensor:
        throw .unsupported(
          "it is built by \(quoted(memory.globals[index].name)), expected a plain dense tensor",
          at: "tensor \(quoted(name))")
      default: continue
      }
    }
    return result
  }

  private static func noDictionary(
    _ value: PickleValue, _ what: String, _ memory: PickleMemory
  ) -> FormatError {
    guard case .made(let index) = value else {
      return .unsupported("\(what) holds no dictionary of tensors; \(hint)")
    }
    return .unsupported(
      "\(what) holds a whole module, of class \(quoted(memory.globals[index].name)), expected its "
        + "tensors; \(hint)")
  }

  private static let hint = "in Python: torch.save(model.state_dict(), \"weights.pth\")"

  private static func nothing(
    _ entries: [(name: String, value: PickleValue)], _ memory: PickleMemory
  ) -> FormatError {
    var keys: [String] = []
    // Any number of names may stand for one dictionary.
    var known: [Int: Bool] = [:]
    for (name, value) in entries {
      guard case .dictionary(let index) = value else { continue }
      let holds = known[index] ?? holdsTensors(index, memory)
      known[index] = holds
      if holds { keys.append(name) }
    }
    if let first = keys.first {
      return .unsupported(
        "the tensors lie under \(keys.prefix(5).map { quoted($0) }.joined(separator: ", ")), "
          + "expected them outermost or under \(Self.keys.joined(separator: ", ")); in Python: "
          + "torch.save(checkpoint[\(quoted(first))], \"weights.pth\")")
    }
    let names = entries.prefix(5).map { quoted($0.name) }.joined(separator: ", ")
    return .unsupported(
      "no tensors in the file, whose keys are \(names.isEmpty ? "none" : names); \(hint)")
  }
}
