import Foundation
import TestSupport
import Testing

@testable import NetC

/// The doctor names the convention that was changed, and nothing that does not make it equal.
struct ParityDoctorTests {
  /// Two ways to write one convention.
  struct Planted: Sendable, CustomTestStringConvertible {
    let convention: String
    let first: String
    let second: String
    /// What is said where the first is right and the second is written: a change and its layers.
    let backward: Cure
    /// The other way round.
    let forward: Cure

    var testDescription: String { "\(convention): \(second)" }
  }

  /// The change that is asked for, and others that are the same at this size.
  struct Cure: Sendable {
    let change: String?
    var others: Set<String> = []
  }

  private static let planted = [
    Planted(
      convention: "padding", first: "stride=2 pad=1 @stem.0",
      second: "stride=2 pad=same(tf) @stem.0",
      // At an even size the cell after the last is never read.
      backward: Cure(change: "pad=1 stem.0", others: ["pad=(1, 0, 1, 0) stem.0"]),
      forward: Cure(change: "pad=same(tf) stem.0", others: ["pad=(0, 1, 0, 1) stem.0"])),
    Planted(
      convention: "ceil or floor", first: "ceil_mode=no", second: "ceil_mode=yes",
      // With ceil the last row of padding adds no window here.
      backward: Cure(change: "ceil_mode=no pool", others: ["pad=(1, 0, 1, 0) pool"]),
      forward: Cure(change: "ceil_mode=yes pool")),
    Planted(
      convention: "count_include_pad", first: "count_include_pad=yes",
      second: "count_include_pad=no", backward: Cure(change: "count_include_pad=yes smooth"),
      forward: Cure(change: "count_include_pad=no smooth")),
    Planted(
      convention: "bn eps", first: "eps=1e-3 @stem.1", second: "eps=1e-5 @stem.1",
      backward: Cure(change: "eps=1e-3 stem.1"), forward: Cure(change: "eps=1e-5 stem.1")),
    Planted(
      convention: "rate", first: "body os=8 @body", second: "body os=8 atrous=all @body",
      backward: Cure(
        change: "atrous=kept body.b.0", others: ["rate=1 body.b.0"]),
      forward: Cure(change: "atrous=all body.b.0", others: ["rate=2 body.b.0"])),
    Planted(
      convention: "rate", first: "rate=2", second: "rate=4",
      backward: Cure(change: "rate=2 wide"),
      forward: Cure(change: "rate=4 wide")),
    Planted(
      convention: "align_corners", first: "align_corners=no @up", second: "align_corners=yes @up",
      backward: Cure(change: "align_corners=no up"),
      forward: Cure(change: "align_corners=yes up")),
    Planted(
      convention: "resize grid", first: "resize 1.5x align_corners=no",
      second: "resize 1.5x mode=nearest", backward: Cure(change: "mode=bilinear up"),
      forward: Cure(change: "mode=nearest up")),
    Planted(
      convention: "resize grid", first: "resize 1.5x align_corners=no", second: "resize 7x9",
      // Which factor was meant, sizes do not tell.
      backward: Cure(change: nil), forward: Cure(change: "resize 7x9 up")),
    Planted(
      convention: "layout", first: "mix = image",
      second: "rename mix.weight <- mix.weight layout=HWIO\n  mix = image",
      backward: Cure(change: "rename mix.weight <- … layout=OIHW mix"),
      forward: Cure(change: "rename mix.weight <- … layout=HWIO mix")),
    Planted(
      convention: "channel order", first: "rgb[H, W] normalize=imagenet",
      second: "bgr[H, W] normalize=imagenet",
      backward: Cure(change: "rgb[H, W], each channel with its own mean and std"),
      forward: Cure(change: "bgr[H, W], each channel with its own mean and std")),
    Planted(
      convention: "channel order", first: "rgb[H, W] mean=[100, 110, 120]",
      second: "bgr[H, W] mean=[100, 110, 120]",
      backward: Cure(change: "rgb[H, W], mean and std as they are written"),
      forward: Cure(change: "bgr[H, W], mean and std as they are written")),
    Planted(
      convention: "mean and std", first: "rgb[H, W] normalize=imagenet",
      second: "rgb[H, W] normalize=tf", backward: Cure(change: "normalize=imagenet"),
      forward: Cure(change: "normalize=tf")),
    Planted(
      convention: "mean and std", first: "bgr[H, W] mean=[103.939, 116.779, 123.68]",
      second: "rgb[H, W] normalize=unit",
      backward: Cure(change: "bgr[H, W] mean=[103.939, 116.779, 123.68]"),
      forward: Cure(change: "rgb[H, W] normalize=unit")),
  ]

  private static let layers = [
    "mix", "stem.0", "stem.1", "pool", "smooth", "body.a", "body.b.0", "body", "wide", "up",
    "logits",
  ]

  #if DEBUG
    /// Every layer.
    private static let recorded = [layers]
  #else
    /// Every layer, or the result alone: all of the network is tried.
    private static let recorded = [layers, ["logits"]]
  #endif

  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.file("p.ppm", ParityNetwork.picture(height: 40, width: 48))
    let network = try ParityNetwork(ParityNetwork.text, in: directory)
    try network.writeWeights("w.safetensors")
    let macs = try #require(network.network.multiplyAdds(at: 40, 48))
    #expect(macs < 100_000_000)
  }

  /// The network with one convention written in another way.
  private func text(_ written: String, _ planted: Planted) -> String {
    let input = "rgb[H, W] normalize=imagenet"
    let place = ParityNetwork.text.contains(planted.first) ? planted.first : input
    #expect(ParityNetwork.text.components(separatedBy: place).count == 2)
    return ParityNetwork.text.replacingOccurrences(of: place, with: written)
  }

  private func verify(
    right: String, written: String, _ taps: [String]
  ) throws -> (outcome: Outcome, report: [String: Any]) {
    try directory.file("written.net", written)
    try ParityNetwork(right, in: directory).record(
      taps, picture: "p.ppm", weights: "w.safetensors", to: "ref.npz")
    let outcome = netc(
      "verify", directory.file("written.net"), "-w", directory.file("w.safetensors"), "--against",
      directory.file("ref.npz"), "--image", directory.file("p.ppm"), "--json")
    let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return (outcome, report as? [String: Any] ?? [:])
  }

  @Test(arguments: planted, recorded)
  func namesTheConvention(_ planted: Planted, taps: [String]) throws {
    let (first, second) = (text(planted.first, planted), text(planted.second, planted))
    for (right, written, cure) in [
      (first, second, planted.backward), (second, first, planted.forward),
    ] {
      let (outcome, report) = try verify(right: right, written: written, taps)
      #expect(outcome.code == .failed, "\(outcome.messages)")
      let changes = report["changes"] as? [[String: Any]] ?? []
      var named: Set<String> = []
      for change in changes {
        let layers = change["layers"] as? [String] ?? []
        let words = ([change["change"] as? String ?? ""] + layers).joined(separator: " ")
        named.insert(words)
        let isPlanted = change["convention"] as? String == planted.convention
        #expect(isPlanted || cure.others.contains(words), "\(change)")
        let relative = try #require(change["relative"] as? Double)
        #expect(relative <= 1e-5)
      }
      #expect(named.isSubset(of: cure.others.union([cure.change ?? ""])))
      if let change = cure.change { #expect(named.contains(change), "\(outcome.output)") }
    }
  }

  @Test(arguments: recorded) func agrees(_ taps: [String]) throws {
    let (outcome, report) = try verify(
      right: ParityNetwork.text, written: ParityNetwork.text, taps)
    #expect(outcome.code == .done, "\(outcome.messages)")
    #expect(report["equal"] as? Bool == true)
    #expect((report["taps"] as? [Any])?.count == taps.count)
  }
}
