import Foundation
import IR
import Kernels
import Planning
import Tensors
import Testing

@testable import NetC

/// What is left in the plans of the zoo besides fused kernels: `Tests/Zoo/plans.txt` has every step
/// that only moves values, is pointwise alone, or runs by its definition, with its reason.
///
/// `NETC_BLESS=1 swift test --filter ZooTests.PlanTests` makes what is observed expected.
struct PlanTests {
  static let file = "\(Zoo.root)/Tests/Zoo/plans.txt"
  static let sizes = [512, 513, 224, 572, 481, 473, 256].map { Sizes(height: $0, width: $0) }

  @Test func plansAreFused() throws {
    let observed = try Zoo.networks.map(Self.summary).joined()
    if ProcessInfo.processInfo.environment["NETC_BLESS"] == "1" {
      try observed.write(toFile: Self.file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOfFile: Self.file, encoding: .utf8)
    let (a, b) = (observed.split(separator: "\n"), expected.split(separator: "\n"))
    for (line, other) in zip(a, b) where line != other {
      Issue.record("\(line)\nexpected\n\(other)")
      break
    }
    #expect(a.count == b.count)
  }

  /// A line for the network, then one for each step that stands alone.
  private static func summary(_ path: String) throws -> String {
    let compilation = try SourceLoader.compile("\(Zoo.root)/\(path)", [])
    guard let checked = compilation.checked else { return "\(path) has no network\n" }
    let size = try #require(sizes.first { checked.admissible.contains($0) }, "\(path)")
    let kernels = KernelCatalogue(.avx512, winograd: false)
    let plan = try plan(checked, at: size, kernels: kernels)
    #expect(plan.faults() == [])
    let fused = plan.steps.reduce(0) { $0 + $1.before.count + $1.fused.count }
    var text =
      "\(path) \(size.height)x\(size.width): \(plan.steps.count) steps, \(fused) fused, "
      + "\(plan.joins.count) concats in place\n"
    for step in plan.steps where step.alone != nil || step.choice.kernel == "reference" {
      let refused = step.choice.kernel == "reference" ? step.choice.refusals.map(\.reason) : []
      let reasons = (step.alone.map { [$0] } ?? []) + refused
      text +=
        "  \(step.origin.op) \(step.origin.path) \(step.call.output) \(step.choice.kernel): "
        + reasons.joined(separator: "; ") + "\n"
    }
    return text
  }
}
