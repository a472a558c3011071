/// Pickles for the tests, an opcode at a time, and checkpoints around them.
struct PickleWriter {
  private(set) var bytes: [UInt8] = [0x80, 2]

  mutating func code(_ codes: UInt8...) { bytes += codes }

  mutating func code(_ character: Character) { bytes += Array(String(character).utf8) }

  mutating func remember(_ index: UInt8) { code(UInt8(ascii: "q"), index) }

  mutating func recall(_ index: UInt8) { code(UInt8(ascii: "h"), index) }

  mutating func text(_ text: String) {
    code("X")
    bytes += ZipWriter.little(UInt64(text.utf8.count), 4) + Array(text.utf8)
  }

  mutating func global(_ module: String, _ name: String) {
    bytes += Array("c\(module)\n\(name)\n".utf8)
  }

  mutating func integer(_ value: Int) {
    code(0x8A, 8)
    bytes += ZipWriter.little(UInt64(bitPattern: Int64(value)), 8)
  }

  mutating func integers(_ values: [Int]) {
    code("(")
    for value in values { integer(value) }
    code("t")
  }

  /// A call of a global with no arguments but text.
  mutating func call(_ module: String, _ name: String, _ argument: String) {
    global(module, name)
    text(argument)
    code(0x85)
    code("R")
  }

  mutating func storage(_ type: String = "FloatStorage", key: String = "0", count: Int) {
    code("(")
    text("storage")
    global("torch", type)
    text(key)
    text("cpu")
    integer(count)
    code("t")
    code("Q")
  }

  mutating func tensor(
    type: String = "FloatStorage", count: Int = 4, offset: Int = 0, _ sizes: [Int] = [4],
    strides: [Int] = [1]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    code("(")
    storage(type, count: count)
    integer(offset)
    integers(sizes)
    integers(strides)
    code(0x89)
    global("collections", "OrderedDict")
    code(")")
    code("R")
    code("t")
    code("R")
  }

  /// A dictionary of the entries that `content` writes, keys and values by turns, and the end.
  static func dictionary(_ content: (inout PickleWriter) -> Void) -> [UInt8] {
    var writer = PickleWriter()
    writer.code("}")
    writer.code("(")
    content(&writer)
    writer.code("u")
    writer.code(".")
    return writer.bytes
  }

  /// A checkpoint with this pickle and a storage "0" of the floats 0, 1, 2, 3.
  static func checkpoint(_ pickle: [UInt8]) -> [UInt8] {
    let floats = (0..<4).flatMap { ZipWriter.little(UInt64(Float($0).bitPattern), 4) }
    return ZipWriter.bytes([
      ZipWriter.Entry("archive/data.pkl", pickle), ZipWriter.Entry("archive/data/0", floats),
      ZipWriter.Entry("archive/version", Array("3\n".utf8)),
    ])
  }
}
