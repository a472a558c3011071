import Foundation
import Kernels
@testable import NetC
import TestSupport
import Testing

/// `--isa`, `--winograd` and `--reference` change how a network is computed, not what comes out.
struct KernelFlagTests {
  static let flags = [
    [], ["--isa", "avx512"], ["--isa", "avx2"], ["--isa", "portable"], ["--winograd", "off"],
    ["--reference"],
  ]

  @Test(arguments: flags)
  func masksAreEqual(flags: [String]) throws {
    let folder = try TemporaryDirectory()
    let mask = folder.path + "/mask.pgm"
    let outcome = netc(
      [
        "run", Repository.path("models/scenes.net"),
        Repository.path("models/scenes/held-out/10003.ppm"), "-o", mask,
      ] + flags)
    if outcome.code == .usage {
      // Another processor's.
      #expect(outcome.messages.contains("this processor has no \(flags[1])"))
      return
    }
    #expect(outcome.code == .done, "\(outcome.messages)")
    let expected = try Data(
      contentsOf: URL(filePath: Repository.path("models/scenes/held-out/10003.mask.pgm")))
    let observed = try Data(contentsOf: URL(filePath: mask))
    #expect(observed.count == expected.count)
    #expect(zip(observed, expected).count { $0 != $1 } <= expected.count / 10_000)
  }

  /// Plans tell which convolutions take tiles, and why others do not.
  @Test func winogradIsChosenAndTurnedOff() throws {
    guard VectorISA.best == .avx512 else { return }
    func plan(_ flags: [String]) -> Outcome {
      netc(
        ["plan", Repository.path("models/smp/deeplabv3plus_resnet50.net"), "--at", "512x512"]
          + flags)
    }
    let (auto, off) = (plan([]), plan(["--winograd", "off"]))
    #expect(auto.code == .done && off.code == .done, "\(auto.messages)\(off.messages)")
    #expect(auto.output.contains("winograd 4x4 avx512"))
    #expect(!off.output.contains("winograd"))
    #expect(netc("plan", Repository.flagship, "--winograd", "on").code == .usage)
  }

  /// bfloat16 numbers are refused where nothing computes in them.
  @Test func precisionIsRefusedWithAReason() {
    let path = Repository.path("models/scenes.net")
    func plan(_ flags: String...) -> Outcome {
      netc(["plan", path, "--at", "160x160", "--precision", "bf16"] + flags)
    }
    let portable = plan("--isa", "portable")
    #expect(portable.code == .usage)
    #expect(portable.messages.contains("the kernels of portable compute in fp32 alone"))
    #expect(netc("plan", path, "--precision", "fp16").code == .usage)
    guard Precision.bf16.refusal(.best) == nil else { return }
    #expect(plan("--reference").messages.contains("`--reference` computes in double sums"))
    let plain = plan()
    #expect(plain.code == .done, "\(plain.messages)")
    #expect(plain.output.contains("bf16 blocked 16"))
  }

  @Test func anUnknownSetIsAUsageError() {
    #expect(netc("run", Repository.flagship, "x.png", "--isa", "avx9").code == .usage)
  }

  /// A host that forbids generated code is told of once, where it matters.
  @Test func refusedCodeIsToldOf() throws {
    let reason = "the system gives no executable memory: Permission denied"
    func note(_ flags: [String]) throws -> String? {
      try ArgumentParser.parse(flags, for: BenchCommand.self).fallbackNote(reason)
    }
    if VectorISA.best != .portable {
      #expect(try note(["x.net"])?.hasPrefix(reason) == true)
    }
    #expect(try note(["x.net", "--isa", "portable"]) == nil)
    #expect(try ArgumentParser.parse(["x.net"], for: BenchCommand.self).fallbackNote(nil) == nil)
  }
}
