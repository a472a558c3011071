import Foundation
import TestSupport
import Testing

/// What a user may hand over by mistake: one clear error with its place, the documented exit code,
/// no output file, never a signal.
@Suite struct BadInputTests {
  /// A text for `netc check`, and what the first line of the error holds.
  struct BadSpec: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let message: String
    var testDescription: String { name }

    init(_ name: String, bytes: [UInt8], _ message: String) {
      self.name = name
      self.bytes = bytes
      self.message = message
    }

    init(_ name: String, _ body: String, blocks: String = "", _ message: String) {
      let text =
        "netc 1\n\(blocks)network n {\n  input x: rgb[H, W]\n  \(body)\n  output y = v\n}\n"
      self.init(name, bytes: Array(text.utf8), message)
    }
  }

  static let specs = [
    BadSpec("empty file", bytes: [], "1:1: error[N0101]"),
    BadSpec(
      "binary file", bytes: (0..<4000).map { UInt8(truncatingIfNeeded: $0 * 167 + 129) },
      "1:1: error[N0002]"),
    BadSpec("10 MB of (", bytes: [UInt8](repeating: 0x28, count: 10_000_000), "1:1: error[N0001]"),
    BadSpec("4 MB of (", bytes: [UInt8](repeating: 0x28, count: 4_000_000), "error[N"),
    BadSpec("unknown op", "v = x |> convv 3x3 4", "4:12: error[N0202]"),
    BadSpec("wrong type", "v = x |> conv 3x3 4 bias=3", "4:28: error[N0206]"),
    BadSpec("conv 0x0", "v = x |> conv 0x0 4", "error[N0303]"),
    BadSpec("rate 0", "v = x |> conv 3x3 4 rate=0", "error[N0303]"),
    BadSpec("stride 0", "v = x |> conv 3x3 4 stride=0", "error[N0303]"),
    BadSpec("groups", "v = x |> conv 3x3 4 groups=2", "error[N0304]"),
    BadSpec("overflow", "v = x |> conv 2147483647x2147483647 2147483647", "error[N0306]"),
    BadSpec(
      "repeat 10^9", "v = x |> repeat 1000000000 as i (y) { out = y |> relu }", "error[N0209]"),
    BadSpec(
      "mutual recursion", "v = x |> a",
      blocks: "block a(x) { out = x |> b }\nblock b(x) { out = x |> a }\n", "error[N0208]"),
    BadSpec("label twice", "u = x |> conv 3x3 4 @l\n  v = u |> conv 3x3 4 @l", "error[N0602]"),
    BadSpec(
      "period past the cap",
      "v = x |> conv 7x7 2 stride=7 @a |> conv 11x11 2 stride=11 @b |> conv 13x13 2 stride=13 @c "
        + "|> conv 17x17 2 stride=17 @d |> conv 19x19 2 stride=19 @e |> conv 23x23 2 stride=23 @f",
      "error[N0307]"),
  ]

  @Test(arguments: specs)
  func specsAreRefused(_ spec: BadSpec) throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/bad.net"
    #expect(FileManager.default.createFile(atPath: path, contents: Data(spec.bytes)))
    let outcome = try shell("\"$1\" check '\(path)'")
    #expect(outcome.code == 1)
    let errors = outcome.errors.components(separatedBy: "error[").count - 1
    #expect(errors == 1, "one error, not \(errors)")
    let first = outcome.errors.split(separator: "\n").first ?? ""
    #expect(first.contains(spec.message), "\(first)")
  }

  /// Eight bytes, the lowest first.
  private static func length(_ value: UInt64) -> Data {
    Data((0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) })
  }

  /// A checkpoint for `l.weight` 3x3x3x3 and `l.bias` 3.
  private static func safetensors(_ header: String, bytes: Int) -> Data {
    var data = length(UInt64(header.utf8.count))
    data.append(contentsOf: header.utf8)
    data.append(Data(count: bytes))
    return data
  }

  private static func entry(
    _ name: String, _ shape: String, _ range: String, _ type: String = "F32"
  )
    -> String
  {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(range)]}"
  }

  private static let weight = entry("l.weight", "3,3,3,3", "0,324")
  private static let bias = entry("l.bias", "3", "324,336")

  static let checkpoints: [(name: String, code: String, data: Data)] = [
    ("truncated", "N0608", safetensors("{\(weight),\(bias)}", bytes: 100)),
    ("missing tensor", "N0604", safetensors("{\(weight)}", bytes: 324)),
    (
      "wrong dtype", "N0607",
      safetensors("{\(entry("l.weight", "3,3,3,3", "0,324", "I32")),\(bias)}", bytes: 336)
    ),
    (
      "wrong shape", "N0606",
      safetensors("{\(entry("l.weight", "3,3,9", "0,324")),\(bias)}", bytes: 336)
    ),
    (
      "header of 2^63 bytes", "N0608",
      length(1 << 63) + Data("{}".utf8)
    ),
    (
      "overlapping offsets", "N0608",
      safetensors("{\(weight),\(entry("l.bias", "3", "320,332"))}", bytes: 332)
    ),
    ("duplicate keys", "N0608", safetensors("{\(bias),\(weight),\(weight)}", bytes: 336)),
  ]

  /// A directory with a network, a picture and a good checkpoint.
  private func workplace() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.file(
      "n.net",
      """
      netc 1
      network n {
        input x: rgb[H, W]
        scores = x |> conv 3x3 3 @l
        output labels = scores |> argmax
      }
      """)
    func create(_ name: String, _ data: Data) {
      #expect(FileManager.default.createFile(atPath: "\(directory.path)/\(name)", contents: data))
    }
    create("p.ppm", Data("P6\n8 8\n255\n".utf8) + Data(count: 192))
    create("short.ppm", Data("P6\n8 8\n255\n".utf8) + Data(count: 100))
    create("huge.ppm", Data("P6\n1000000000 1000000000\n255\n".utf8))
    create("w.st", Self.safetensors("{\(Self.weight),\(Self.bias)}", bytes: 336))
    return directory
  }

  private func isRefused(_ script: String, _ code: Int32, _ message: String) throws {
    let directory = try workplace()
    let before = directory.names.sorted()
    let outcome = try shell("cd '\(directory.path)' && \(script)")
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(directory.names.sorted() == before, "no file is left behind")
  }

  @Test(arguments: checkpoints.indices)
  func checkpointsAreRefused(_ index: Int) throws {
    let (_, code, data) = Self.checkpoints[index]
    let directory = try workplace()
    let path = "\(directory.path)/w.st"
    #expect(FileManager.default.createFile(atPath: path, contents: data))
    let outcome = try shell("cd '\(directory.path)' && \"$1\" run n.net p.ppm -w w.st -o out.pgm")
    #expect(outcome.code == 3)
    #expect(outcome.errors.hasPrefix("w.st: error[\(code)]"), "\(outcome.errors)")
    #expect(!directory.names.contains("out.pgm"))
  }

  @Test func goodFilesAreTaken() throws {
    let directory = try workplace()
    let outcome = try shell("cd '\(directory.path)' && \"$1\" run n.net p.ppm -w w.st -o out.pgm")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(directory.names.contains("out.pgm"))
  }

  @Test func weightsMissing() throws {
    try isRefused("\"$1\" run n.net p.ppm -o out.pgm", 3, "N0603")
    try isRefused("\"$1\" run n.net p.ppm -w none.st -o out.pgm", 3, "none.st: error[N0608]")
  }

  @Test func pictures() throws {
    try isRefused("\"$1\" run n.net short.ppm -w w.st -o out.pgm", 3, "short.ppm: error[N0801]")
    try isRefused("\"$1\" run n.net huge.ppm -w w.st -o out.pgm", 3, "huge.ppm: error[N0801]")
    try isRefused("\"$1\" run n.net none.ppm -w w.st -o out.pgm", 3, "none.ppm: error[N0801]")
  }

  /// `NETC_WITHOUT` hides a library, as on a machine without it.
  @Test func librariesMissing() throws {
    let picture = Repository.path("models/scenes/held-out/10003.png")
    let run = "NETC_WITHOUT=libpng \"$1\" run n.net"
    try isRefused("\(run) \(picture) -w w.st -o out.pgm", 3, "error[N0805]")
    try isRefused("\(run) p.ppm -w w.st -o out.png", 3, "libpng16-16")
  }

  @Test func outputs() throws {
    let run = "\"$1\" run n.net p.ppm -w w.st"
    try isRefused("\(run) -o none/out.pgm", 3, "none/out.pgm: error[N0803]")
    // /proc and /sys take no files, whoever asks.
    try isRefused("\(run) -o /proc/out.pgm", 3, "/proc/out.pgm: error[N0803]")
    try isRefused("(ulimit -f 0; \(run) -o out.pgm)", 3, "out.pgm: error[N0803]")
    try isRefused("\(run) -o out.pgm > /dev/full", 3, "standard output")
    try isRefused("\(run) -o out.pgm >&-", 3, "standard output")
  }
}
