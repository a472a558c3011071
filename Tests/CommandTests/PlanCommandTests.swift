import Foundation
import NetC
import TestSupport
import Testing

/// `netc plan`: the steps by source line, and the reasons.
struct PlanCommandTests {
  static let scenes = Repository.path("models/scenes.net")

  @Test func stepsHaveTheirLines() throws {
    let outcome = netc("plan", Self.scenes, "--at", "64x64", "--json")
    #expect(outcome.code == .done, "\(outcome.messages)")
    let steps = try #require(outcome.json["steps"] as? [[String: Any]])
    #expect(steps.count > 20)
    for step in steps {
      #expect((step["line"] as? Int).map { $0 > 1 } ?? false)
      #expect(step["kernel"] is String && step["layout"] is String)
    }
    #expect(try #require(outcome.json["arena_bytes"] as? Int) > 0)
    #expect(netc("plan", Self.scenes, "--at", "64x64").output.contains("arena"))
  }

  @Test func aLineSaysWhy() throws {
    let outcome = netc("plan", Self.scenes, "--at", "64x64", "--json")
    let steps = try #require(outcome.json["steps"] as? [[String: Any]])
    let line = try #require(steps[0]["line"] as? Int)
    let why = netc("plan", Self.scenes, "--at", "64x64", "--why", "\(line)")
    #expect(why.output.hasPrefix("step 0, line \(line): "))
    for word in ["computes", "kernel", "reads", "writes", "weights"] {
      #expect(why.output.contains("  \(word)"), "\(word)")
    }
    for line in ["1", "100000", "\(Int.max)"] {
      #expect(netc("plan", Self.scenes, "--at", "64x64", "--why", line).code == .usage)
    }
  }

  @Test func definitionsAreSaidToBe() {
    let outcome = netc("plan", Self.scenes, "--at", "64x64", "--reference")
    #expect(outcome.output.contains("run by their definition\n  step 0"))
  }

  @Test func weightsStayPackedWhereSizesAllow() {
    // Which tiles are worth while depends on the size, and so would the weights; on both sizes every
    // tap of rate 6 at stride 16 reads the map somewhere.
    let outcome = netc(
      "plan", Self.scenes, "--at", "160x160", "--after", "128x192", "--winograd", "off")
    #expect(outcome.code == .done, "\(outcome.messages)")
    #expect(outcome.output.contains("after 128x192  0 bytes repacked in "))
  }

  @Test func aSizeIsNeededAndMustFit() {
    #expect(netc("plan", Self.scenes).code == .usage)
    let unet = Repository.path("models/unet/original.net")
    #expect(netc("plan", unet, "--at", "64x64").code == .failed)
  }
}
