import Foundation
import Tensors
import TestSupport
import Testing

@testable import Formats
@testable import NetC

struct VerifyCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.file("p.ppm", ParityNetwork.picture(height: 40, width: 48))
    try directory.file("parity.net", ParityNetwork.text)
    let network = try ParityNetwork(ParityNetwork.text, in: directory)
    try network.writeWeights("w.safetensors")
    try network.record(
      ["input", "stem.0", "wide", "logits"], picture: "p.ppm", weights: "w.safetensors",
      to: "ref.npz")
  }

  private func verify(
    _ spec: String = "parity.net", against: String = "ref.npz", _ more: String...
  ) -> Outcome {
    netc(
      [
        "verify", directory.file(spec), "-w", directory.file("w.safetensors"), "--against",
        directory.file(against),
      ] + more)
  }

  /// The network with something written otherwise, under a name of its own.
  private func write(_ name: String, replacing place: String, by text: String) throws {
    #expect(ParityNetwork.text.contains(place))
    try directory.file(name, ParityNetwork.text.replacingOccurrences(of: place, with: text))
  }

  private func tensor(_ dimensions: [Int]) throws -> Tensor {
    let shape = try #require(Shape(dimensions))
    return try Tensor(shape, (0..<shape.count).map { Float($0 % 7) })
  }

  @Test func recordedInput() {
    let outcome = verify()
    #expect(outcome.code == .done && outcome.messages.isEmpty)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[1].hasPrefix("stem.0  1 x 8 x 20 x 24"))
    #expect(lines.last == "all 3 recorded values agree within 1.0e-05")
    #expect(verify("parity.net", against: "ref.npz", "-q").output.isEmpty)
  }

  /// The picture's preparation is compared as well, and is where the difference is.
  @Test func preparedPicture() throws {
    let picture = directory.file("p.ppm")
    let equal = verify("parity.net", against: "ref.npz", "--image", picture)
    #expect(equal.output.contains("all 4 recorded values agree"))
    try write("tf.net", replacing: "normalize=imagenet", by: "normalize=tf")
    let outcome = verify("tf.net", against: "ref.npz", "--image", picture)
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains("the first value that differs is `input`"))
    #expect(outcome.output.contains("it is an input: its preparation differs"))
    try write("fit.net", replacing: "normalize=imagenet", by: "normalize=imagenet fit=shorter(20)")
    let resized = verify("fit.net", against: "ref.npz", "--image", picture)
    #expect(resized.output.contains("record what the network's `fit=` and `normalize=` make of"))
    #expect(outcome.output.contains("  normalize=imagenet  at the input `image`, relative L2"))
    #expect(verify("tf.net").code == .done, "the recorded input is taken as it is")
  }

  @Test func firstDifference() throws {
    try write("rate.net", replacing: "rate=2", by: "rate=1")
    let outcome = verify("rate.net")
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains("the first value that differs is `wide`: relative L2 "))
    #expect(outcome.output.contains("layers after `stem.0`:\n  bn eps=0.001  at stem.1, "))
    #expect(outcome.output.contains("\n  rate=2  at wide, "))
    #expect(outcome.output.contains("rate.net:14:"))
  }

  @Test func otherShape() throws {
    try write("ceil.net", replacing: "ceil_mode=no", by: "ceil_mode=yes")
    // body.a halves 11 rows to 6 where 10 give 5.
    let outcome = verify("ceil.net")
    #expect(outcome.code == .failed)
    #expect(
      outcome.output.contains(
        "the first value that differs is `wide`: it is 1 x 8 x 6 x 7, recorded 1 x 8 x 5 x 6"))
    #expect(outcome.output.contains("  ceil_mode=no  at pool, "))
  }

  @Test func nothingFits() throws {
    try write("silu.net", replacing: "@stem.1 |> relu", by: "@stem.1 |> silu")
    let outcome = verify("silu.net")
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains(" changes of conventions that were tried there makes it equal"))
    #expect(outcome.output.contains("record more values between"))
    let bounded = verify("silu.net", against: "ref.npz", "--trials", "3")
    #expect(bounded.output.contains("none of 3 of "))
  }

  @Test func toleranceAndOutputs() throws {
    try write("eps.net", replacing: "eps=1e-3 @stem.1", by: "eps=1.001e-3 @stem.1")
    #expect(verify("eps.net").code == .done)
    #expect(verify("eps.net", against: "ref.npz", "--tolerance", "1e-9").code == .failed)
    for text in ["0", "-1", "x", "inf", "nan"] {
      let outcome = verify("parity.net", against: "ref.npz", "--tolerance=\(text)")
      #expect(outcome.code == .usage, "\(text)")
    }
    #expect(verify("parity.net", against: "ref.npz", "--output", "logits").code == .done)
    #expect(verify("parity.net", against: "ref.npz", "--output", "scores").code == .usage)
  }

  @Test func unknownNames() throws {
    try ParityNetwork(ParityNetwork.text, in: directory).record(
      ["input", "stem.0"], picture: "p.ppm", weights: "w.safetensors", to: "a.npz")
    let input = try Recording(path: directory.file("a.npz")).read("input")
    let found = try Recording(path: directory.file("a.npz")).read("stem.0")
    let tensors = [
      (name: "input", tensor: input), ("stem.0", found), ("wied", found), ("\u{1B}[2J", found),
    ]
    try directory.file("b.npz", npz(tensors))
    let outcome = verify("parity.net", against: "b.npz")
    #expect(outcome.code == .done)
    #expect(
      outcome.output.contains("not a value of the network: `wied`, did you mean `wide`?"))
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test func nothingRecorded() throws {
    let image = try tensor([1, 3, 40, 48])
    try directory.file("input.npz", npz([("input", image)]))
    try directory.file("other.npz", npz([("input", image), ("wied", image)]))
    try directory.file("no-input.npz", npz([("wide", image)]))
    for (file, part) in [
      ("input.npz", "no value of this network"), ("other.npz", "did you mean `wide`?"),
      ("no-input.npz", "no array `image` for the input"),
    ] {
      let outcome = verify("parity.net", against: file)
      #expect(outcome.code == .files)
      #expect(outcome.messages.contains("error[N0807]") && outcome.messages.contains(part))
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func unreadable() throws {
    try directory.file("text.npz", "not an archive")
    try directory.file("cut.npz", try Array(directory.bytes("ref.npz").dropLast(400)))
    for file in ["absent.npz", "text.npz", "cut.npz", "parity.net"] {
      let outcome = verify("parity.net", against: file)
      #expect(outcome.code == .files)
      #expect(outcome.messages.contains("error[N0801]"), "\(outcome.messages)")
    }
    let absent = verify("parity.net", against: "ref.npz", "--image", directory.file("absent.png"))
    #expect(absent.code == .files && absent.messages.contains("error[N0801]"))
    #expect(netc("verify", directory.file("parity.net")).code == .usage)
    #expect(netc("verify").code == .usage)
    let unweighted = netc(
      "verify", directory.file("parity.net"), "--against", directory.file("ref.npz"))
    #expect(unweighted.code == .files && unweighted.messages.contains("error[N06"))
  }

  @Test func wrongSizes() throws {
    // A picture of another size leads to other shapes, which is said first.
    try directory.file("small.ppm", ParityNetwork.picture(height: 24, width: 32))
    let outcome = verify(
      "parity.net", against: "ref.npz", "--image", directory.file("small.ppm"))
    #expect(outcome.code == .failed)
    #expect(
      outcome.output.contains(
        "the first value that differs is `input`: it is 1 x 3 x 24 x 32, recorded 1 x 3 x 40 x 48"))
    // One that the network does not take.
    try write("even.net", replacing: "  mix =", by: "  require H % 16 == 0\n  mix =")
    let refused = verify("even.net")
    #expect(refused.code == .files && refused.messages.contains("error[N0802]"))
    try directory.file(
      "plane.npz", npz([("input", try tensor([40, 48])), ("wide", try tensor([4]))]))
    let plane = verify("parity.net", against: "plane.npz")
    #expect(plane.code == .files && plane.messages.contains("error[N0802]"))
  }

  /// Numbers that are none do not count as equal.
  @Test func notNumbers() throws {
    let recording = try Recording(path: directory.file("ref.npz"))
    let wide = try recording.read("wide")
    for value in [Float.nan, .infinity] {
      var values = wide.values
      values[5] = value
      let tensors = [
        (name: "input", tensor: try recording.read("input")),
        ("wide", try Tensor(wide.shape, values)),
      ]
      try directory.file("nan.npz", npz(tensors))
      let outcome = verify("parity.net", against: "nan.npz", "--trials", "2")
      #expect(outcome.code == .failed)
      #expect(outcome.output.contains("relative L2 inf"))
    }
  }
}

/// What models/record.py wrote for a PyTorch module: see Tests/Recorded/small.py.
struct RecordedModuleTests {
  private let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Recorded").path

  @Test func agrees() {
    let outcome = netc(
      "verify", "\(folder)/small.net", "--against", "\(folder)/small.npz")
    #expect(outcome.code == .done, "\(outcome.output)\(outcome.messages)")
    #expect(outcome.output.contains("all 20 recorded values agree within 1.0e-05"))
    #expect(!outcome.output.contains("not a value"))
  }

  /// The same with torch's values for what the spec says otherwise.
  @Test(arguments: [
    ("eps=1e-5", "eps=1e-3", "`backbone.0.1`", "eps=1e-5"),
    ("rate=2", "rate=1", "`backbone.2.0`", "rate=2"),
    ("mode=nearest", "align_corners=yes", "`aux`", "mode=nearest"),
  ]) func differs(_ right: String, _ wrong: String, _ first: String, _ cure: String) throws {
    let directory = try TemporaryDirectory()
    let text = try String(contentsOfFile: "\(folder)/small.net", encoding: .utf8)
    try directory.file("small.net", text.replacingOccurrences(of: right, with: wrong))
    let outcome = netc(
      "verify", directory.file("small.net"), "-w", "\(folder)/small.safetensors", "--against",
      "\(folder)/small.npz")
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains("the first value that differs is \(first)"))
    #expect(outcome.output.contains("\n  \(cure)  at "))
  }
}
