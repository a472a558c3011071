import IR
import Tensors
import TestSupport
import Testing

@testable import NetC

/// Values that differ because small deviations add up from layer to layer.
struct AddedRoundingTests {
  private static let text = """
    netc 1
    network chain {
      input image: tensor[3, H, W]
      a = image |> conv 3x3 4 bias=no
      b = a |> conv 3x3 4 bias=no
      output logits = b |> conv 3x3 4 rate=2 bias=no
    }

    """

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Every recorded value is larger by a share, so that each layer alone is 8e-6 off.
  private func verify(recorded text: String) throws -> Outcome {
    let written = try ParityNetwork(Self.text, in: directory)
    let right = try ParityNetwork(text, in: directory)
    try directory.file("chain.net", Self.text)
    try written.writeWeights("w.safetensors")
    let shape = try #require(Shape(1, 3, 11, 13))
    let image = try Tensor(shape, (0..<shape.count).map { Float($0 * $0 % 17) / 8 - 1 })
    let names = ["a", "b", "logits"]
    let taps = TapNames(right.network)
    let values = names.compactMap { taps.value($0) }
    let weights = try right.network.bind(.file(directory.file("w.safetensors")), for: values).read()
    var session = Session(
      right.network.checked, WeightStore(weights.tensors), outputs: [], taps: values)
    let results = try session.run(["image": image], at: Sizes(height: 11, width: 13)).results
    let recorded = try zip(names, results).enumerated().map { place, result in
      let factor = 1 + 8e-6 * Float(place + 1)
      let tensor = try Tensor(result.1.shape, result.1.values.map { $0 * factor })
      return (name: result.0, tensor: tensor)
    }
    try directory.file("ref.npz", npz([("input", image)] + recorded))
    return netc(
      "verify", directory.file("chain.net"), "-w", directory.file("w.safetensors"), "--against",
      directory.file("ref.npz"))
  }

  @Test func nothingElse() throws {
    let outcome = try verify(recorded: Self.text)
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains("`b` is the first of 2 values that differ\n"))
    #expect(outcome.output.contains("roundings add up; `--tolerance 1e-4` allows for more"))
  }

  /// A convention after them is found all the same.
  @Test func aConventionBehindThem() throws {
    let outcome = try verify(
      recorded: Self.text.replacing("rate=2", with: "rate=1"))
    #expect(outcome.code == .failed)
    #expect(outcome.output.contains("the first value that differs is `logits`"))
    #expect(outcome.output.contains("(before it `b` and others do by roundings that add up"))
    #expect(outcome.output.contains("it arises in 1 layer after `b`:"))
    #expect(outcome.output.contains("\n  rate=1  at logits, "))
  }
}
