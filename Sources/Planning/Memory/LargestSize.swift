import IR
import Kernels
import Tensors

/// The largest admissible size of a family whose peak memory does not pass a limit.
///
/// Memory does not grow with every size: kernels change, and with them workspaces and how weights are
/// packed. So sizes are planned from the largest whose inputs alone fit downwards, each about 7/10 of
/// the last, until one fits; the sizes between are halved; then the `farthest` sizes above the answer
/// are planned one by one, and where one fits, those above it. So `plan` fits, none of the admissible
/// sizes after it through `checkedThrough` does, nor does any larger one of `planned`. Where
/// `isProven`, no larger one can: there are no others.
package struct LargestSize: Sendable {
  /// A size with what its plan needs.
  package struct Planned: Hashable, Sendable {
    package let sizes: Sizes
    /// Nil where it passes what can be addressed.
    package let bytes: Int?
    /// Of the step that sets its peak.
    package let peak: Origin?
  }

  /// At the largest size that fits; nil where the smallest does not.
  package private(set) var plan: Plan?
  /// The smallest size planned that does not fit, above the answer.
  package private(set) var next: Planned?
  package private(set) var checkedThrough: Sizes?
  package private(set) var isProven = false
  /// Every size that was planned, smallest first.
  package private(set) var planned: [Planned] = []

  /// Sides that no command takes are not looked at.
  package static let longestSide = 65_536
  /// How many admissible sizes above the answer are planned.
  package static let farthest = 24

  /// Plans compute `outputs`, all where nil. The plan of `sizes` that do not fit `limit` bytes is
  /// made all the same: nothing is allocated.
  package init(
    _ checked: CheckedGraph, of family: SizeFamily, limit: Int, outputs: [String]? = nil,
    kernels: KernelCatalogue = .standard
  ) throws(PlanError) {
    let candidates = Self.candidates(checked, family, limit)
    var found: [Int: Planned] = [:]
    var (best, bestPlan): (Int, Plan?) = (-1, nil)
    func fits(_ index: Int) throws(PlanError) -> Bool {
      let sizes = candidates.sizes[index]
      let plan: Plan?
      do throws(PlanError) {
        plan = try Planning.plan(checked, at: sizes, outputs: outputs, kernels: kernels)
      } catch .tooLarge {
        plan = nil
      }
      found[index] = Planned(sizes: sizes, bytes: plan?.memory.total, peak: plan?.peakOrigin)
      guard let plan, plan.memory.total <= limit else { return false }
      (best, bestPlan) = (index, plan)
      return true
    }
    // What lies before the first fits, what lies after the last does not.
    var (low, high) = (-1, candidates.sizes.count)
    var sample = high - 1
    while sample >= 0 {
      if try fits(sample) {
        low = sample
        break
      }
      high = sample
      sample = sample * 7 / 10 - (sample == 0 ? 1 : 0)
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try fits(middle) { low = middle } else { high = middle }
    }
    var ahead = low + 1
    while ahead < candidates.sizes.count, ahead <= best + Self.farthest {
      if found[ahead] == nil { _ = try fits(ahead) }
      ahead += 1
    }
    plan = bestPlan
    planned = found.sorted { $0.key < $1.key }.map(\.value)
    next = found[best + 1]
    if ahead > best + 1 { checkedThrough = candidates.sizes[ahead - 1] }
    isProven = candidates.isBounded && ahead == candidates.sizes.count
  }

  /// The admissible sizes of the family, smallest first, whose inputs do not pass the limit by
  /// themselves, but the smallest always; bounded where no larger ones are left out.
  private static func candidates(
    _ checked: CheckedGraph, _ family: SizeFamily, _ limit: Int
  ) -> (sizes: [Sizes], isBounded: Bool) {
    guard let numbers = family.numbers(longest: longestSide) else { return ([], true) }
    let graph = checked.graph
    func leavesRoom(_ number: Int) -> Bool {
      var sum = ByteCount()
      for input in graph.inputs {
        guard let shape = graph[input.value].type.shape(at: family.sizes(number)) else {
          return false
        }
        sum.add(shape.bytes)
      }
      return sum.bytes.map { $0 <= limit } ?? false
    }
    // Inputs grow with the number.
    var (low, high) = (numbers.lowerBound - 1, numbers.upperBound + 1)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if leavesRoom(middle) { low = middle } else { high = middle }
    }
    var sizes = (numbers.lowerBound..<high).map { family.sizes($0) }
      .filter { checked.admissible.contains($0) }
    if sizes.isEmpty,
      let smallest = numbers.first(where: { checked.admissible.contains(family.sizes($0)) })
    {
      sizes = [family.sizes(smallest)]
    }
    return (sizes, high <= numbers.upperBound || numbers.count == 1)
  }
}

extension Plan {
  /// The layer whose step sets the peak.
  package var peakOrigin: Origin? { peak.step.map { steps[$0].origin } }
}

extension LargestSize {
  /// The sizes planned next to the plan's, the same layer setting their peaks, at which its formula is
  /// at most one in a hundred from what they need; and by how much of that at most.
  package func reach(of plan: Plan) -> (sizes: [Sizes], deviation: Double) {
    func deviation(_ other: Planned) -> Double? {
      guard let bytes = other.bytes, other.peak == plan.peakOrigin,
        let told = plan.peak.bytes(at: other.sizes)
      else { return nil }
      let deviation = abs(Double(told) - Double(bytes)) / Double(bytes)
      return deviation <= 0.01 ? deviation : nil
    }
    func area(_ sizes: Sizes) -> Int { sizes.height * sizes.width }
    let own = area(plan.sizes)
    let below = planned.filter { area($0.sizes) < own }.reversed().prefix { deviation($0) != nil }
    let above = planned.filter { area($0.sizes) > own }.prefix { deviation($0) != nil }
    return (
      below.reversed().map(\.sizes) + [plan.sizes] + above.map(\.sizes),
      (below + above).compactMap(deviation).max() ?? 0
    )
  }
}
