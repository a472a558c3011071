/// The two containers of `torch.save`.
extension CheckpointFile {
  /// The zip format, since torch 1.6: a pickle, and an entry a storage.
  init(_ archive: ZipArchive) throws(FormatError) {
    var entries: [String: ZipArchive.Entry] = [:]
    for entry in archive.entries { entries[entry.name] = entry }
    let pickles = archive.entries.filter { Self.isPickle($0) }
    guard pickles.count == 1 else {
      throw .malformed("\(pickles.count) entries are called data.pkl, expected one")
    }
    let folder = pickles[0].name.dropLast(Self.pickle.count)
    guard entries[folder + "constants.pkl"] == nil,
      !entries.keys.contains(where: { $0.hasPrefix(folder + "code/") })
    else {
      throw .unsupported(
        "this is TorchScript, a program with its weights; in Python: "
          + "torch.save(torch.jit.load(\(archive.file.quotedName)).state_dict(), \"weights.pth\")")
    }
    if let order = entries[folder + "byteorder"] {
      let text = try Self.bytes(order, of: archive.file, limit: 16)
      guard text == Array("little".utf8) else {
        throw .unsupported(
          "the storages are not little-endian: save the checkpoint anew on a little-endian machine",
          at: order.place)
      }
    }
    let bytes = try Self.bytes(pickles[0], of: archive.file, limit: PickleMemory.maximumLength)
    var machine = try PickleMachine(bytes, name: "\(Self.pickle), ")
    let dictionary = try StateDictionary(machine.run(), machine.memory)
    guard machine.position == bytes.count else {
      throw .malformed(
        "\(bytes.count - machine.position) bytes follow the pickle",
        at: "\(Self.pickle), byte \(machine.position)")
    }
    var storages: [String: StoredStorage] = [:]
    for storage in machine.memory.storages {
      guard let entry = entries["\(folder)data/\(storage.key)"] else { continue }
      guard !entry.isDeflated else {
        throw .unsupported("it is deflated, expected it stored as torch.save does", at: entry.place)
      }
      storages[storage.key] = StoredStorage(range: entry.range, entry: entry)
    }
    try self.init(archive.file, dictionary, machine.memory, storages)
  }

  static let pickle = "data.pkl"

  static func isPickle(_ entry: ZipArchive.Entry) -> Bool {
    entry.name == pickle || entry.name.hasSuffix("/" + pickle)
  }

  private static func bytes(
    _ entry: ZipArchive.Entry, of file: OpenFile, limit: Int
  ) throws(FormatError) -> [UInt8] {
    try ZipEntryStream.bytes(entry, of: file, limit: limit, isChecked: entry.crc != 0)
  }

  /// The sequential format, before torch 1.6: five pickles, then the storages one after another.
  init(sequential file: OpenFile) throws(FormatError) {
    let whole = min(file.size, PickleMemory.maximumLength)
    let first = min(file.size, 1 << 20)
    do throws(FormatError) {
      try self.init(sequential: file, window: first)
    } catch {
      guard first < whole else { throw error }
      try self.init(sequential: file, window: whole)
    }
  }

  /// All five pickles lie in the first `window` bytes.
  private init(sequential file: OpenFile, window: Int) throws(FormatError) {
    let bytes = try file.bytes(0..<window)
    var machine = try PickleMachine(bytes, name: "")
    _ = try machine.run()
    guard Self.isMagic(bytes[..<machine.position]) else {
      throw .unsupported(
        "this is a pickle, but none of torch.save; in Python: "
          + "torch.save(model.state_dict(), \"weights.pth\")", at: "byte 0")
    }
    let versionPlace = machine.position
    guard try machine.run() == .integer(1_001) else {
      throw .unsupported(
        "expected version 1001 of the sequential format", at: "byte \(versionPlace)")
    }
    let machinePlace = machine.position
    guard case .dictionary(let facts) = try machine.run(),
      try machine.memory.named(facts).contains(where: { $0 == ("little_endian", .truth(true)) })
    else {
      throw .unsupported("expected storages of a little-endian machine", at: "byte \(machinePlace)")
    }
    let dictionary = try StateDictionary(machine.run(), machine.memory)
    let keysPlace = machine.position
    guard case .list(let keys) = try machine.run() else {
      throw .malformed("expected the list of storages", byte: keysPlace)
    }
    let storages = try Self.storages(file, machine.memory, keys, from: machine.position)
    try self.init(file, dictionary, machine.memory, storages)
  }

  private static func isMagic(_ pickle: ArraySlice<UInt8>) -> Bool {
    let magic: [UInt8] = [
      0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, UInt8(ascii: "."),
    ]
    return pickle.suffix(magic.count) == magic[...]
  }

  /// storages ::= (count: int64, elements)*, in the order of the keys, to the end of the file
  private static func storages(
    _ file: OpenFile, _ memory: PickleMemory, _ keys: Int, from start: Int
  ) throws(FormatError) -> [String: StoredStorage] {
    var references: [String: PickleStorage] = [:]
    for storage in memory.storages { references[storage.key] = storage }
    var result: [String: StoredStorage] = [:]
    var position = start
    for value in memory.collections[keys] {
      guard case .text(let text) = value, let key = memory.string(text),
        let storage = references[key], result[key] == nil
      else { throw .malformed("a storage that no tensor has, or has twice", byte: start) }
      guard file.size - position >= 8 else {
        throw .malformed("the file ends before storage \(quoted(key))", byte: position)
      }
      var head = ByteReader(try file.bytes(position..<position + 8))
      guard head.unsigned(8) == UInt64(storage.count) else {
        throw .malformed(
          "storage \(quoted(key)) should begin with its count, \(storage.count)", byte: position)
      }
      position += 8
      let length = storage.count * storage.kind.width
      guard length <= file.size - position else {
        throw .malformed(
          "storage \(quoted(key)) needs \(length) bytes, the file has \(file.size - position)",
          byte: position)
      }
      result[key] = StoredStorage(range: position..<position + length, entry: nil)
      position += length
    }
    guard position == file.size else {
      throw .malformed("\(file.size - position) bytes follow the last storage", byte: position)
    }
    return result
  }
}
