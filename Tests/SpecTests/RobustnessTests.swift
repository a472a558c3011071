import NetC
import Source
import Testing

/// Texts at and past the bounds of the language.
struct RobustnessTests {
  /// The codes of what is wrong with a text.
  static func codes(_ text: String) -> [String] { codes(Array(text.utf8)) }

  static func codes(_ bytes: [UInt8]) -> [String] {
    let compilation = Compilation(path: "text.net", bytes: bytes) { _ in nil }
    let findings = compilation.provenDiagnostics
    #expect(findings.isEmpty || !compilation.rendered(findings).isEmpty)
    return findings.all.filter { $0.severity == .error }.map(\.code.id)
  }

  static func network(_ body: String) -> String {
    "netc 1\nnetwork n {\n  input x: tensor[8, H, W]\n  \(body)\n  output y = z\n}\n"
  }

  /// A chain of blocks, each used by the one before.
  static func nested(_ depth: Int) -> String {
    let blocks = (0..<depth).map { index in
      let next = index + 1 < depth ? "b\(index + 1)" : "relu"
      return "block b\(index)(x) {\n  out = x |> \(next) @next\n}\n"
    }
    return "netc 1\n" + blocks.joined() + network("z = x |> b0 @b").dropFirst(7)
  }

  @Test func emptyAndForeignFiles() {
    #expect(Self.codes("") == ["N0101"])
    #expect(Self.codes("\n// nothing\n") == ["N0101"])
    #expect(Self.codes([0xFF, 0xD8, 0xFF, 0xE0]).contains("N0002"))
    #expect(Self.codes([UInt8](repeating: 0, count: 100)).contains("N0003"))
    #expect(Self.codes("<!DOCTYPE html>\n<html></html>\n").contains("N0101"))
  }

  @Test func filesPastTheBound() {
    #expect(Self.codes([UInt8](repeating: UInt8(ascii: "("), count: 10_000_000)) == ["N0001"])
    #expect(
      Self.codes("netc 1\n" + String(repeating: "(", count: 100_000)).contains("N0010"))
  }

  @Test func depthOfNesting() {
    func parentheses(_ depth: Int) -> String {
      let open = String(repeating: "(", count: depth)
      return Self.network("z = x |> conv 1x1 \(open)8\(String(repeating: ")", count: depth))")
    }
    #expect(Self.codes(parentheses(50)).isEmpty)
    #expect(Self.codes(parentheses(5_000)).contains("N0010"))
    #expect(Self.codes(Self.nested(64)).isEmpty)
    #expect(Self.codes(Self.nested(65)) == ["N0209"])
  }

  @Test func longChains() {
    let lines = (1...20_000).map { "a\($0) = a\($0 - 1) |> relu" }
    #expect(
      Self.codes(Self.network("a0 = x\n\(lines.joined(separator: "\n"))\nz = a20000")).isEmpty)
    let loop =
      "z = x |> repeat 11 as i (a) {\nout = a |> repeat 10000 as j (b) {\nout = b |> relu\n}\n}"
    #expect(Self.codes(Self.network(loop)) == ["N0209"])
  }

  @Test func wideJoins() {
    func join(_ width: Int) -> String {
      let list = [String](repeating: "1", count: width).joined(separator: ", ")
      return Self.network("each i in [\(list)] as b {\nout = x |> relu\n}\nz = concat(b...)")
    }
    #expect(Self.codes(join(4_096)).isEmpty)
    #expect(Self.codes(join(4_097)) == ["N0220"])
  }

  /// Texts that double at every line end at a bound, not in memory.
  @Test func doubling() {
    let lists = (1..<60).map { "l\($0) = [l\($0 - 1)..., l\($0 - 1)...]" }.joined(separator: "\n")
    #expect(Self.codes(Self.network("l0 = [1, 2]\n\(lists)\nz = x")).contains("N0209"))
    let nests = (1..<60).map { "l\($0) = [l\($0 - 1), l\($0 - 1)]" }.joined(separator: "\n")
    #expect(Self.codes(Self.network("l0 = [1, 2]\n\(nests)\nz = x")).contains("N0209"))
    let channels = "z = x |> repeat 80 as i (a) {\nout = concat(a, a)\n}"
    #expect(Self.codes(Self.network(channels)) == ["N0306"])
    let calls = (0..<40).map { index in
      let next = index < 39 ? "b\(index + 1)" : "relu"
      return "block b\(index)(x) {\n  y = x |> \(next) @a\n  out = y |> \(next) @b\n}\n"
    }
    let bomb = "netc 1\n" + calls.joined() + Self.network("z = x |> b0 @b").dropFirst(7)
    #expect(Self.codes(bomb) == ["N0209"])
    let label = "t = \"\(String(repeating: "a", count: 2_000))\"\nz = x |> conv 1x1 8 @{t}"
    #expect(Self.codes(Self.network(label)) == ["N0009"])
  }

  static let extremes = [
    "conv 2147483647x2147483647 64", "conv 3x3 2147483647", "conv 3x3 64 rate=2147483647",
    "conv 3x3 64 stride=2147483647", "conv 3x3 64 pad=2147483647",
    "conv 3x3 64 pad=(65536, 65536, 65536, 65536)", "conv 3x3 64 stride=2147483648",
    "conv 9223372036854775807 9223372036854775807", "conv 3x3 64 groups=2147483647",
    "conv 3x3 64 pad=same(tf) stride=2147483647 rate=2147483647",
    "transposed_conv 2147483647 64 stride=2147483647 rate=2147483647 output_pad=2147483647",
    "transposed_conv 3x3 64 pad=2147483647", "maxpool 2147483647",
    "maxpool 2147483647 stride=2147483647 rate=2147483647 pad=2147483647 ceil_mode=yes",
    "maxpool 3 stride=2147483647 ceil_mode=yes", "avgpool adaptive=2147483647",
    "resize 1000000000x", "resize 9223372036854775807x", "resize 0x",
    "resize 2147483647x2147483647", "crop (65536, 65536, 65536, 65536)", "pad 2147483647",
    "crop like=x offset=2147483647", "lrn size=2147483647 alpha=1e308 beta=1e308",
    "power 1e308 scale=1e308 shift=-1e308", "bn eps=1e308", "dropout 1.0", "spp[1024, 1024]",
    "spp[1025]", "spp[0]", "spp[-1]", "dense 2147483647", "repeat -1 as i (a) { out = a }",
    "attend k=x v=x scale=1e308", "leaky_relu -1e308",
  ]

  /// Numbers at their bounds: compiled or refused, on its own and in a join.
  @Test(arguments: extremes)
  func extremeNumbers(stage: String) {
    _ = Self.codes(Self.network("z = x |> \(stage)"))
    _ = Self.codes(Self.network("a = x |> \(stage)\n  z = concat(a, x)"))
    _ = Self.codes(Self.network("z = x |> conv 3x3 8 stride=2 @c |> \(stage)"))
    let fixed = Self.network("z = x |> \(stage)").replacing("8, H, W", with: "8, 2147483647, 1")
    _ = Self.codes(fixed)
    let block =
      "netc 1\nblock b(x) {\n  a = x |> conv 3x3 8 stride=2 @c\n  out = a |> \(stage)\n}\n"
    _ = Self.codes(block + Self.network("z = x |> b os=1 @b").dropFirst(7))
  }

  static let expressions = [
    "9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807 * 2", "1 / 0",
    "1 % 0", "(-9223372036854775807 - 1) / -1", "(-9223372036854775807 - 1) % -1", "0.0 / 0.0",
    "1e308 * 10.0", "[][0]", "[1][1]", "[1][-1]", "max()", "min([])", "count(x)", "os(1)",
    "channels([])", "x[0]", "x.out", "x...", "same(tf)", "1 in 1", "not 1", "-yes",
    "if 1 then 2 else 3", "\"a\" + 1", "3x3 + 1", "conv(x)", "concat()", "relu(1)",
  ]

  @Test(arguments: expressions)
  func expressionsThatDoNotFit(text: String) {
    for body in [
      "z = x |> conv 1x1 (\(text))", "z = x |> power (\(text))", "z = x |> resize (\(text))",
      "z = x |> conv 1x1 8 @c{\(text)}", "a = \(text)\n  z = x", "z = x |> spp[\(text)]",
      "each i in \(text) as b {\n    out = x\n  }\n  z = x",
      "z = x |> repeat (\(text)) as i (a) {\n    out = a\n  }",
      "require H % (\(text)) == 0\n  z = x",
    ] {
      _ = Self.codes(Self.network(body))
    }
    #expect(!Self.codes(Self.network("z = x |> conv 1x1 (\(text))")).isEmpty)
  }

  @Test(arguments: ["0", "-1", "3", "4096", "4097", "2147483647", "9223372036854775807"])
  func outputStrides(stride: String) {
    let block = "netc 1\nblock b(x) {\n  out = x |> conv 3x3 8 stride=2 @c\n}\n"
    _ = Self.codes(block + Self.network("z = x |> b os=\(stride) @b").dropFirst(7))
    let rates =
      "netc 1\nblock b<r: rate... at os 16>(x) {\n  out = x |> conv 3x3 8 rate=r[0] @c\n}\n"
    _ = Self.codes(rates + Self.network("z = x |> b<6 at os \(stride)> @b").dropFirst(7))
    _ = Self.codes(
      Self.network("z = x |> relu").replacing("8, H, W]", with: "8, H, W] os=\(stride)"))
  }
}
