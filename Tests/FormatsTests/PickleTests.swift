import TestSupport
import Testing

@testable import Formats

/// Pickles made to do harm, and pickles that are merely odd.
@Suite struct PickleTests {
  private func run(
    _ bytes: [UInt8], values: Int = PickleMemory.maximumValues
  ) throws(FormatError) -> (PickleValue, PickleMemory) {
    var machine = try PickleMachine(bytes, name: "", values: values)
    let value = try machine.run()
    return (value, machine.memory)
  }

  private func refusal(
    _ bytes: [UInt8], values: Int = PickleMemory.maximumValues
  ) -> FormatError? {
    failure { () throws(FormatError) in try run(bytes, values: values) }
  }

  private func pickle(_ write: (inout PickleWriter) -> Void) -> [UInt8] {
    var writer = PickleWriter()
    write(&writer)
    writer.code(".")
    return writer.bytes
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"),
    ("builtins", "eval"), ("builtins", "exec"), ("builtins", "getattr"), ("__builtin__", "open"),
    ("builtins", "__import__"), ("importlib", "import_module"), ("runpy", "run_path"),
    ("os.path", "join"), ("types", "FunctionType"), ("pickle", "loads"), ("socket", "socket"),
  ])
  func attacks(_ module: String, _ name: String) {
    let call = pickle { $0.call(module, name, "touch canary") }
    let stacked = pickle {
      $0.text(module)
      $0.text(name)
      $0.code(0x93)
    }
    let instance = pickle {
      $0.code("(")
      $0.text("touch canary")
      $0.code("i")
      $0.line(module)
      $0.line(name)
    }
    for bytes in [call, stacked, instance] {
      let error = refusal(bytes)
      #expect(error?.kind == .malformed)
      #expect(error?.message.contains("\"\(module).\(name)\"") == true)
      #expect(error?.place?.hasPrefix("byte ") == true)
    }
  }

  @Test(arguments: [
    ("numpy.core.multiarray", "scalar"), ("argparse", "Namespace"), ("builtins", "set"),
    ("torch", "device"), ("__main__", "Net"), ("pathlib", "PosixPath"), ("functools", "partial"),
  ])
  func unknownNamesStayClosed(_ module: String, _ name: String) throws {
    let (value, memory) = try run(
      pickle {
        $0.call(module, name, "x")
        $0.code("}")
        $0.code("b")
      })
    guard case .made(let index) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(memory.globals[index].name == "\(module).\(name)")
  }

  @Test func wholeNumbers() throws {
    for value in [0, 1, -1, 255, -256, Int.max, Int.min] {
      #expect(try run(pickle { $0.integer(value) }).0 == .integer(value))
    }
    #expect(try run(pickle { $0.code(0x8A, 0) }).0 == .integer(0))
    #expect(try run(pickle { $0.code(0x8A, 1, 0xFF) }).0 == .integer(-1))
    #expect(
      try run(pickle { $0.code(UInt8(ascii: "J"), 0xFE, 0xFF, 0xFF, 0xFF) }).0 == .integer(-2))
    #expect(try run(pickle { $0.code(0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1) }).0 == .other)
  }

  /// A list in itself, a dictionary in itself, a tuple in a list in itself.
  @Test func cycles() throws {
    let list = pickle {
      $0.code("]")
      $0.code(UInt8(ascii: "q"), 0, UInt8(ascii: "h"), 0)
      $0.code("a")
    }
    #expect(try run(list).0 == .list(0))
    let dictionary = PickleWriter.checkpoint(
      pickle {
        $0.code("}")
        $0.code(UInt8(ascii: "q"), 0)
        $0.text("state_dict")
        $0.code(UInt8(ascii: "h"), 0)
        $0.code("s")
      })
    let directory = try TemporaryDirectory()
    let path = try directory.file("c.pth", dictionary)
    let error = failure { () throws(FormatError) in try WeightsReader.open(path) }
    #expect(error?.message.contains("no tensors") == true)
  }

  @Test func lengths() {
    let texts: [[UInt8]] = [
      [UInt8(ascii: "X"), 0xFF, 0xFF, 0xFF, 0xFF], [UInt8(ascii: "B"), 0xFF, 0xFF, 0xFF, 0x7F],
      [0x8D] + ZipWriter.little(1 << 62, 8), [0x8D] + ZipWriter.little(.max, 8),
      [0x8E] + ZipWriter.little(1 << 62, 8), [0x96] + ZipWriter.little(1 << 62, 8),
      [0x8B, 0xFF, 0xFF, 0xFF, 0x7F], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], [0x8A, 0xFF],
      [0x95] + ZipWriter.little(1 << 62, 8), [UInt8(ascii: "U"), 9],
      [UInt8(ascii: "J"), 1, 2], [UInt8(ascii: "G"), 1], [UInt8(ascii: "c")],
      [UInt8(ascii: "h"), 7], [UInt8(ascii: "j"), 0xFF, 0xFF, 0xFF, 0xFF],
    ]
    for text in texts { #expect(refusal([0x80, 2] + text)?.kind == .malformed, "\(text)") }
    let memo = [0x80, 2, UInt8(ascii: "N"), UInt8(ascii: "r"), 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(refusal(memo)?.kind == .limit)
    let name = [UInt8(ascii: "c")] + [UInt8](repeating: 97, count: 1_000) + Array("\na\n".utf8)
    #expect(refusal([0x80, 2] + name)?.kind == .malformed)
  }

  /// Each again and again, nested or not.
  @Test func floods() {
    for codes in ["(", "]", "}", ")", "N", "2", "(]", "]a", ")\u{85}", "(t", "(Nt", "(NNd"] {
      var bytes: [UInt8] = [0x80, 2]
      if codes.unicodeScalars.first == "2" || codes.last == "a" { bytes += Array("]".utf8) }
      let unit = codes.unicodeScalars.map { UInt8($0.value) }
      for _ in 0...20_000 { bytes += unit }
      #expect(refusal(bytes, values: 20_000)?.kind == .limit, "\(codes)")
    }
    let marks = [UInt8](repeating: UInt8(ascii: "("), count: PickleMemory.maximumValues + 1)
    #expect(refusal([0x80, 2] + marks)?.kind == .limit)
    let long = [UInt8](repeating: UInt8(ascii: "N"), count: PickleMemory.maximumLength + 1)
    #expect(refusal(long)?.kind == .limit)
  }

  /// One list of pairs, made into a dictionary again and again.
  @Test func copiedPairs() {
    let bytes = pickle {
      $0.global("collections", "OrderedDict")
      $0.remember(0)
      for code in "](NN" { $0.code(code) }
      $0.code(0x86)
      $0.remember(1)
      for _ in 0..<100 { $0.recall(1) }
      $0.code("e")
      $0.remember(2)
      for _ in 0..<100 {
        $0.recall(0)
        $0.recall(2)
        $0.code(0x85)
        $0.code("R")
      }
    }
    #expect(refusal(bytes, values: 10_000)?.kind == .limit)
  }

  /// Many names for one dictionary without tensors, which is looked through once.
  @Test func manyNamesOfOneDictionary() throws {
    let dictionary = PickleWriter.dictionary {
      $0.text("first")
      for code in "}(" { $0.code(code) }
      for _ in 0..<100_000 { $0.code("N") }
      $0.code("u")
      $0.remember(0)
      for index in 0..<50_000 {
        $0.text("name \(index)")
        $0.recall(0)
      }
    }
    var machine = try PickleMachine(dictionary, name: "")
    let value = try machine.run()
    let error = failure { () throws(FormatError) in try StateDictionary(value, machine.memory) }
    #expect(error?.message.contains("no tensors") == true)
  }

  @Test func misplacedOpcodes() {
    for code in UInt8.min...UInt8.max {
      let error = refusal([0x80, 2, code])
      #expect(error != nil && error?.message.isEmpty == false)
      _ = refusal([0x80, 2, UInt8(ascii: "("), code, UInt8(ascii: ".")])
      _ = refusal([0x80, 2, UInt8(ascii: "]"), code, UInt8(ascii: ".")])
      _ = refusal([0x80, 2, UInt8(ascii: ")"), UInt8(ascii: ")"), code, UInt8(ascii: ".")])
    }
    #expect(refusal([0x80, 6])?.kind == .unsupported)
    #expect(refusal([0x80, 2, UInt8(ascii: "I")])?.message.contains("0x49") == true)
  }

  /// Random opcodes over a few useful values: read or refused, never a trap.
  @Test func noise() {
    var random = RandomNumbers(seed: 7)
    let codes = Array("(.0123NKMJGXTUCB}])tldaesuqrhjcRiobQ\u{80}".unicodeScalars).map {
      UInt8($0.value)
    }
    for _ in 0..<20_000 {
      var bytes: [UInt8] = [0x80, 2]
      for _ in 0..<Int(random.next() % 24) {
        switch random.next() % 8 {
        case 0: bytes += [0x81 + UInt8(random.next() % 0x18)]
        case 1: bytes += Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
        case 2: bytes += Array("ctorch\nFloatStorage\n".utf8)
        default:
          bytes += [codes[Int(random.next() % UInt64(codes.count))], UInt8(random.next() % 4)]
        }
      }
      _ = refusal(bytes + Array(".".utf8))
    }
  }
}

extension PickleWriter {
  fileprivate mutating func line(_ text: String) {
    for byte in Array(text.utf8) + [10] { code(byte) }
  }
}
