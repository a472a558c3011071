import Foundation
import Tensors
import TestSupport
import Testing

@testable import NetC

/// Conventions that several layers share, and inputs that were recorded.
struct ConventionRuleTests {
  private static let text = """
    netc 1
    network rules {
      input image: rgb[H, W]
      a = image |> conv 3x3 6 rate=2 |> bn eps=1e-5 @norm.0 |> relu
      b = a |> conv 3x3 6 stride=2 rate=4 pad=4 |> bn eps=1e-5 @norm.1 |> relu
      c = b |> conv 3x3 6 stride=2 pad=1 |> relu |> avgpool global |> flatten |> dense 6 @inner
      output logits = c |> dense 4 @outer
    }

    """

  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.file("p.ppm", ParityNetwork.picture(height: 25, width: 31))
    try ParityNetwork(Self.text, in: directory).writeWeights("w.safetensors")
  }

  /// What makes a network equal to the recorded results of another: changes with their layers.
  private func changes(
    _ edits: [(String, String)], recording taps: [String] = ["logits"], _ more: String...
  ) throws -> [String: [String]] {
    var right = Self.text
    for (place, words) in edits {
      #expect(right.contains(place))
      right = right.replacingOccurrences(of: place, with: words)
    }
    try directory.file("net.net", Self.text)
    try ParityNetwork(right, in: directory).record(
      taps, picture: "p.ppm", weights: "w.safetensors", to: "ref.npz")
    return try changes(more)
  }

  private func changes(_ more: [String]) throws -> [String: [String]] {
    let outcome = netc(
      [
        "verify", directory.file("net.net"), "-w", directory.file("w.safetensors"), "--against",
        directory.file("ref.npz"), "--json",
      ] + more)
    #expect(outcome.code == .failed, "\(outcome.messages)")
    let changes = outcome.json["changes"] as? [[String: Any]] ?? []
    return Dictionary(
      changes.map { ($0["change"] as? String ?? "", $0["layers"] as? [String] ?? []) },
      uniquingKeysWith: { $0 + $1 })
  }

  private var image: String { directory.file("p.ppm") }

  @Test func epsilonOfAllLayers() throws {
    let found = try changes([("eps=1e-5", "eps=1e-3")], "--image", image)
    #expect(found == ["eps=1e-3": ["norm.0", "norm.1"]])
  }

  @Test func scaledRates() throws {
    let found = try changes(
      [("rate=4 pad=4", "rate=8 pad=8"), ("rate=2", "rate=4")], "--image", image)
    #expect(found == ["rates doubled: rate=4, 8": ["a", "b"]])
  }

  /// Both strided layers at once, each of an even size, at which TensorFlow's rule differs.
  @Test func paddingOfAllLayers() throws {
    try directory.file("p.ppm", ParityNetwork.picture(height: 28, width: 36))
    let found = try changes(
      [("stride=2 rate=4 pad=4", "stride=2 rate=4 pad=same(tf)"), ("pad=1", "pad=same(tf)")],
      "--image", image)
    #expect(found == ["pad=same(tf)": ["b", "c"]])
  }

  @Test func squareDenseLayer() throws {
    let found = try changes(
      [("  a = image", "  rename inner.weight <- inner.weight layout=HWIO\n  a = image")],
      "--image", image)
    #expect(found == ["rename inner.weight <- … layout=HWIO": ["inner"]])
  }

  /// A module that turns its channels around itself is recorded before it does.
  @Test func channelsOfARecordedInput() throws {
    _ = try ParityNetwork(Self.text, in: directory).record(
      ["input", "a", "logits"], picture: "p.ppm", weights: "w.safetensors", to: "ref.npz")
    let recording = try Recording(path: directory.file("ref.npz"))
    let input = try recording.read("input")
    let plane = input.shape.h * input.shape.w
    let reversed = (0..<3).reversed().flatMap { input.values[$0 * plane..<($0 + 1) * plane] }
    try directory.file(
      "ref.npz",
      npz([
        ("input", try Tensor(input.shape, reversed)), ("a", try recording.read("a")),
        ("logits", try recording.read("logits")),
      ]))
    try directory.file("net.net", Self.text)
    #expect(try changes([]) == ["the recorded `input` with its channels reversed": []])
  }
}
