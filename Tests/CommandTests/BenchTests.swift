import Foundation
import Kernels
import NetC
import TestSupport
import Testing

/// `netc bench`: what it says, not how long anything takes.
struct BenchTests {
  static let scenes = Repository.path("models/scenes.net")

  @Test func everyFigureHasAKey() throws {
    let outcome = netc(
      "bench", Self.scenes, "--at", "32x32", "--runs", "2", "--threads", "1", "--layers", "--json")
    #expect(outcome.code == .done, "\(outcome.messages)")
    let json = outcome.json
    for key in [
      "compile_ms", "first_ms", "median_ms", "p90_ms", "gflops", "peak_rss_mb", "arena_mb",
    ] {
      #expect(try #require(json[key] as? Double) > 0, "\(key)")
    }
    #expect(json["threads"] as? Int == 1)
    #expect(json["precision"] as? String == "fp32")
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.count > 20)
    #expect(
      layers.allSatisfy { $0["kernel"] is String && ($0["ms"] as? Double).map { $0 >= 0 } ?? false }
    )
  }

  @Test func layersAreATable() {
    let outcome = netc("bench", Self.scenes, "--at", "32x32", "--runs", "1", "--layers")
    #expect(outcome.code == .done)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("median") })
    #expect(lines.contains { $0.contains("GFLOP/s") && $0.contains("layer") })
    #expect(
      netc("bench", Self.scenes, "--at", "32x32", "--runs", "1").output.count { $0 == "\n" } < 12)
  }

  @Test func withoutMachineCodeThereIsNoPeak() {
    let outcome = netc(
      "bench", Self.scenes, "--at", "16x16", "--runs", "1", "--isa", "portable", "--json")
    #expect(outcome.json["isa"] as? String == "portable")
    #expect(outcome.json["peak_gflops"] is NSNull)
  }

  @Test(.enabled(if: Precision.bf16.refusal(.best) == nil))
  func thePrecisionIsToldAndItsPeak() throws {
    for precision in ["fp32", "bf16"] {
      let outcome = netc(
        "bench", Self.scenes, "--at", "32x32", "--runs", "1", "--threads", "1", "--precision",
        precision, "--json")
      #expect(outcome.json["precision"] as? String == precision)
      #expect(try #require(outcome.json["peak_gflops"] as? Double) > 0)
    }
  }

  @Test func aSizeIsNeededAndMustFit() {
    #expect(netc("bench", Self.scenes).code == .usage)
    let unet = Repository.path("models/unet/original.net")
    #expect(netc("bench", unet, "--at", "64x64", "--random-weights", "1").code == .failed)
    #expect(netc("bench", unet, "--at", "188x188").code == .files)
  }
}
