import Foundation
import Tensors
import TestSupport
import Testing

@testable import Formats
@testable import NetC

/// The label of a pixel is its strongest colour: red 0, green 1, blue 2.
struct RunCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.file("colours.net", Self.spec())
    try directory.file("colours.safetensors", Self.weights)
    try directory.file("picture.ppm", Array("P6\n3 2\n255\n".utf8) + Self.pixels)
  }

  private static func spec(_ input: String = "rgb[H, W]", _ more: String = "") -> String {
    """
    netc 1
    network colours {
      input image: \(input)
      legend ["red", "green", "blue"]
      weights "colours.safetensors" source="https://example.org/colours"
      scores = image |> conv 1x1 3 @a
      output logits = scores
      output labels = scores |> argmax
      \(more)
    }

    """
  }

  private static let weights = safetensors([
    "a.weight": ([3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1]), "a.bias": ([3], [0, 0, 0]),
  ])

  private static let pixels: [UInt8] = [
    200, 0, 0, 0, 200, 0, 0, 0, 200, 9, 8, 7, 100, 99, 98, 1, 2, 3,
  ]

  private func path(_ name: String) -> String { directory.file(name) }

  private func run(_ arguments: String..., spec: String = "colours.net") -> Outcome {
    netc(["run", path(spec)] + arguments)
  }

  @Test func aLegendOfOtherClassesNamesNone() throws {
    let spec = Self.spec().replacingOccurrences(of: #""green", "#, with: "")
    try directory.file("two.net", spec)
    let lines = run(path("picture.ppm"), "-o", path("m.pgm"), spec: "two.net").output
      .split(separator: "\n")
    #expect(
      lines.dropFirst() == [
        "   50.00 %    0  class 0", "   33.33 %    2  class 2", "   16.67 %    1  class 1",
      ])
  }

  @Test(arguments: [
    ("", [2, 1, 1, 3], "transpose(0, 3, 1, 2)"), ("", [1, 1, 2, 5], nil),
    ("require H % 4 == 0 and W % 4 == 0", [1, 3, 3, 5], "the next larger is 4x8"),
  ])
  func arraysThatDoNotFit(_ more: String, _ sides: [Int], _ help: String?) throws {
    try directory.file("other.net", Self.spec("rgb[H, W]", more))
    let shape = try #require(Shape(sides))
    try directory.file("x.npy", NPYWriter.bytes(try Tensor(zeros: shape)))
    let outcome = run(path("x.npy"), "-o", path("m.npy"), spec: "other.net")
    #expect(outcome.code == .files && outcome.messages.contains("error[N0802]"))
    #expect(outcome.messages.contains(help ?? "takes 3 x H x W"))
    #expect(outcome.messages.contains("= help:") == (help != nil))
  }

  @Test func indices() throws {
    let outcome = run(path("picture.ppm"), "-o", path("m.pgm"))
    #expect(outcome.code == .done && outcome.messages.isEmpty)
    #expect(try directory.bytes("m.pgm") == Array("P5\n3 2\n255\n".utf8) + [0, 1, 2, 0, 0, 2])
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("labels 1x2x3, ") && lines[0].hasSuffix("m.pgm"))
    #expect(lines[1] == "   50.00 %    0  red")
    #expect(lines[2] == "   33.33 %    2  blue")
    #expect(lines.count == 4)
  }

  @Test func coloursAndOverlay() throws {
    #expect(run(path("picture.ppm"), "-o", path("m.ppm")).code == .done)
    #expect(try directory.bytes("m.ppm").suffix(18).prefix(6) == [0, 0, 0, 128, 0, 0])
    #expect(run(path("picture.ppm"), "-o", path("o.ppm"), "--overlay").code == .done)
    #expect(try directory.bytes("o.ppm").suffix(18).prefix(6) == [200, 0, 0, 64, 100, 0])
    #expect(run(path("picture.ppm"), "-o", path("o.pgm"), "--overlay").code == .usage)
  }

  @Test func arrays() throws {
    #expect(run(path("picture.ppm"), "-o", path("l.npy")).code == .done)
    let labels = try directory.bytes("l.npy")
    #expect(String(decoding: labels[..<128], as: UTF8.self).contains("'<i4'"))
    #expect(String(decoding: labels[..<128], as: UTF8.self).contains("(1, 2, 3)"))
    #expect(
      run(path("picture.ppm"), "--output", "logits", "-o", path("s.npy")).code == .done)
    let logits = try NPYReader.read(path("s.npy"))
    #expect(logits.shape.dimensions == [1, 3, 2, 3])
    #expect(Array(logits.values[..<6]) == [200, 0, 0, 9, 100, 1])
    // What was written can be read: an array is taken as it is.
    #expect(run(path("s.npy"), "-o", path("again.pgm")).code == .done)
    #expect(try directory.bytes("again.pgm").suffix(6) == [0, 1, 2, 0, 0, 2])
    #expect(run(path("s.npy"), "-o", path("o.ppm"), "--overlay").code == .usage)
    #expect(run(path("picture.ppm"), "--output", "logits", "-o", path("x.png")).code == .usage)
  }

  @Test func batches() throws {
    let shape = try #require(Shape(2, 3, 1, 1))
    try directory.file("b.npy", NPYWriter.bytes(try Tensor(shape, [1, 0, 0, 0, 0, 1])))
    #expect(run(path("b.npy"), "-o", path("m.pgm")).code == .files)
    let outcome = run(path("b.npy"), "-o", path("m.npy"))
    #expect(outcome.code == .done)
    #expect(try directory.bytes("m.npy").suffix(8) == [0, 0, 0, 0, 2, 0, 0, 0])
    #expect(outcome.output.contains("labels 2x1x1"))
  }

  @Test func paddingIsTakenAway() throws {
    try directory.file(
      "pad.net", Self.spec("rgb[H, W] fit=pad", "require H % 4 == 0 and W % 4 == 0"))
    #expect(run(path("picture.ppm"), "-o", path("m.pgm"), spec: "pad.net").code == .done)
    #expect(try directory.bytes("m.pgm") == Array("P5\n3 2\n255\n".utf8) + [0, 1, 2, 0, 0, 2])
    #expect(
      run(path("picture.ppm"), "--output", "logits", "-o", path("s.npy"), spec: "pad.net").code
        == .done)
    #expect(try NPYReader.read(path("s.npy")).shape.dimensions == [1, 3, 2, 3])
  }

  @Test func severalInputs() throws {
    try directory.file("other.ppm", Array("P6\n1 1\n255\n".utf8) + [0, 9, 0])
    let pictures = [path("picture.ppm"), path("other.ppm")]
    #expect(run(pictures[0], pictures[1], "-o", path("absent")).code == .files)
    try FileManager.default.createDirectory(
      atPath: path("out"), withIntermediateDirectories: false)
    let outcome = run(pictures[0], pictures[1], "-o", path("out"), "--json")
    #expect(outcome.code == .done)
    let names = try FileManager.default.contentsOfDirectory(atPath: path("out")).sorted()
    #expect(names.map { $0.prefix { $0 != "." } } == ["other", "picture"])
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["schema"] as? Int == 1)
    #expect((json["outputs"] as? [[String: Any]])?.count == 2)
    let legend = try #require(json["legend"] as? [[String: Any]])
    #expect(legend.map { $0["class"] as? String } == ["red", "green", "blue"])
    #expect(json["milliseconds"] is Double)
    let twice = run(pictures[0], pictures[0], "-o", path("out"))
    #expect(twice.code == .usage && twice.messages.contains("both become"))
  }

  @Test func oneBadFileOfSeveral() throws {
    try FileManager.default.createDirectory(
      atPath: path("out"), withIntermediateDirectories: false)
    try directory.file("bad.ppm", "P6\n3 2\n")
    let outcome = run(path("bad.ppm"), path("picture.ppm"), "-o", path("out"))
    #expect(outcome.code == .files && outcome.messages.contains("N0801"))
    #expect(outcome.output.contains("picture.ppm: labels"))
  }

  @Test func inputsAreNotOverwritten() throws {
    for name in ["picture.ppm", "colours.net", "colours.safetensors"] {
      let before = try directory.bytes(name)
      #expect(run(path("picture.ppm"), "-o", path(name)).code == .usage)
      #expect(try directory.bytes(name) == before)
    }
    try FileManager.default.createSymbolicLink(
      atPath: path("link.ppm"), withDestinationPath: path("picture.ppm"))
    #expect(run(path("picture.ppm"), "-o", path("link.ppm")).code == .usage)
    #expect(run(path("link.ppm"), "-o", path("picture.ppm")).code == .usage)
    #expect(run(path("link.ppm"), "-o", path("./../\(directoryName)/picture.ppm")).code == .usage)
  }

  private var directoryName: String { String(directory.path.split(separator: "/").last ?? "") }

  @Test func nothingIsLeftBehind() throws {
    let before = directory.names
    #expect(run(path("picture.ppm"), "-o", path("absent/m.pgm")).code == .files)
    #expect(run(path("picture.ppm"), "-o", path("m.gif")).code == .usage)
    #expect(directory.names == before)
  }

  @Test(arguments: [
    (["--output", "label"], "N0804", "`labels`"), (["--input", "x=y.npy"], "N0806", "`image`"),
  ])
  func unknownNames(_ flags: [String], _ code: String, _ hint: String) {
    let outcome = run(path("picture.ppm"), flags[0], flags[1])
    #expect(outcome.code == .usage)
    #expect(outcome.messages.contains(code) && outcome.messages.contains(hint))
  }

  @Test func inputsMustBeThere() {
    #expect(run().code == .usage)
    #expect(run(path("absent.ppm"), "-o", path("m.pgm")).messages.contains("N0801"))
    #expect(run("--input", "image=\(path("picture.ppm"))", "-o", path("m.pgm")).code == .done)
  }

  @Test func sizesAreRefused() throws {
    try directory.file("even.net", Self.spec("rgb[H, W]", "require W % 2 == 0"))
    let outcome = run(path("picture.ppm"), "-o", path("m.pgm"), spec: "even.net")
    #expect(outcome.code == .files)
    #expect(outcome.messages.contains("N0802") && outcome.messages.contains("2x3"))
  }

  @Test func memoryIsRefused() throws {
    try directory.file(
      "large.net", Self.spec("rgb[H, W]", "output wide = image |> resize 1000000x1000000"))
    let outcome = run(
      path("picture.ppm"), "--output", "wide", "-o", path("m.npy"), spec: "large.net")
    #expect(outcome.code == .budget)
    #expect(outcome.messages.contains("N0701"))
    #expect(!directory.names.contains("m.npy"))
  }

  @Test func weightsMustBeNamed() throws {
    try FileManager.default.removeItem(atPath: path("colours.safetensors"))
    let outcome = run(path("picture.ppm"), "-o", path("m.pgm"))
    #expect(outcome.code == .files)
    for word in [
      "N0603", "colours.safetensors", "https://example.org/colours", "--random-weights",
    ] {
      #expect(outcome.messages.contains(word))
    }
    let random = run(path("picture.ppm"), "-o", path("m.pgm"), "--random-weights", "7")
    #expect(random.code == .done)
    let first = try directory.bytes("m.pgm")
    #expect(run(path("picture.ppm"), "-o", path("m.pgm"), "--random-weights", "7").code == .done)
    #expect(try directory.bytes("m.pgm") == first)
  }

  @Test func classifier() throws {
    try directory.file(
      "c.net",
      """
      netc 1
      network c {
        input image: rgb[H, W]
        output scores = image |> avgpool global |> dense 3 @a
      }
      """)
    try directory.file(
      "c.safetensors",
      safetensors([
        "a.weight": ([3, 3], [0, 0, 0, 1, 0, 0, 0, 0, 0]), "a.bias": ([3], [0, 0, 1]),
      ]))
    let outcome = run(path("picture.ppm"), "-w", path("c.safetensors"), spec: "c.net")
    #expect(outcome.code == .done)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("scores 1x3"))
    #expect(lines[1].contains("100.00 %     1  class 1"))
    #expect(lines.count == 4)
  }

  @Test func secondInput() throws {
    try directory.file(
      "two.net",
      """
      netc 1
      network two {
        input image: rgb[H, W]
        input windows: windows[R]
        output scores = image |> roi_spp[1] windows=windows
      }
      """)
    let shape = try #require(Shape([1, 4]))
    try directory.file("w.npy", NPYWriter.bytes(try Tensor(shape, [0, 0, 2, 1])))
    let flags = ["--random-weights", "1"]
    let missing = run(path("picture.ppm"), flags[0], flags[1], spec: "two.net")
    #expect(missing.code == .usage && missing.messages.contains("windows=windows.npy"))
    let outcome = run(
      path("picture.ppm"), "--input", "windows=\(path("w.npy"))", flags[0], flags[1],
      spec: "two.net")
    #expect(outcome.code == .done)
    #expect(outcome.output.hasPrefix("scores 1x3"))
    let pair = try #require(Shape([2, 4]))
    try directory.file("w2.npy", NPYWriter.bytes(try Tensor(pair, [0, 0, 2, 1, 1, 1, 2, 2])))
    let several = run(
      path("picture.ppm"), "--input", "windows=\(path("w2.npy"))", flags[0], flags[1],
      spec: "two.net")
    #expect(several.output.contains("\n  window 0\n") && several.output.contains("\n  window 1\n"))
  }
}
