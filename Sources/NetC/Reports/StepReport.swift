import IR
import Kernels
import Planning
import Source
import Tensors

/// Everything that is known of a step of a plan, for `plan --why` and `explain`.
struct StepReport {
  let plan: Plan
  let index: Int
  /// The line of the spec file that its first layer comes from.
  let line: Int?
  /// Its part of the time, where that was asked for.
  var time: StepTime?

  var step: Plan.Step { plan.steps[index] }

  init(_ plan: Plan, _ index: Int, line: Int?) {
    self.plan = plan
    self.index = index
    self.line = line
  }

  /// Bytes of its weights as the kernel has them.
  var packedBytes: Int { step.choice.demand.packedBytes }

  /// Of the maps that it reads.
  var bytesRead: Int { step.inputs.reduce(0) { $0 + $1.floatBytes } }

  /// Of all its results.
  var bytesWritten: Int { step.output.floatBytes + (step.second?.floatBytes ?? 0) }

  /// Of the network's own tensors that its parameters are made of.
  var weightBytes: Int { plan.weightBytes(of: Set(step.parameters.flatMap(\.stored))) }

  /// The step in a paragraph, its head first.
  var lines: [String] { [title] + aligned(rows).map { "  \($0)" } }

  /// `step 61, line 12: conv + bn, relu  decoder.fuse`
  var title: String {
    let place = line.map { ", line \($0)" } ?? ""
    return "step \(index)\(place): \(step.layers)  \(step.origin.path)"
  }

  private var rows: [(String, String)] {
    var rows: [(String, String)] = []
    if let leading = step.kernel.leading {
      rows.append(("first", "\(leading.call.spec.family.description), a band of rows at a time"))
    }
    rows.append(("computes", step.call.spec.family.description))
    for fused in step.fused {
      rows.append(("then", fused.op + (fused.path.isEmpty ? "" : "  \(fused.path)")))
    }
    if let alone = step.alone { rows.append(("alone", alone)) }
    rows.append(("kernel", step.choice.kernel))
    rows += refusals.map { ("not", "\($0.kernels.joined(separator: ", ")): \($0.reason)") }
    for (place, input) in step.inputs.enumerated() {
      let source = plan.steps[..<index].lastIndex { $0.output == input || $0.second == input }
      let maker = source.map { "step \($0)" } ?? "an input or several steps"
      let (shape, layout) = (step.kernel.inputShapes[place], step.kernel.inputs[place])
      rows.append(("reads", "\(shape), \(layout), \(byteText(input.floatBytes)), from \(maker)"))
    }
    rows.append(
      (
        "writes",
        "\(step.kernel.result), \(step.kernel.output), \(byteText(step.output.floatBytes))"
      ))
    if step.second != nil { rows.append(("writes", "a second result of the same size")) }
    if let count = step.kernel.multiplyAdds, count > 0 {
      rows.append(("multiply-adds", count.grouped))
    }
    if weightBytes > 0 {
      rows.append(("weights", "\(byteText(weightBytes)), packed \(byteText(packedBytes))"))
    }
    let demand = step.choice.demand
    if demand.workspaceBytes > 0 { rows.append(("workspace", byteText(demand.workspaceBytes))) }
    if demand.scratchBytes > 0 {
      rows.append(("scratch", "\(byteText(demand.scratchBytes)) a thread"))
    }
    if let time { rows.append(("time", time.text)) }
    return rows
  }

  /// Kernels that refused one after the other for one reason are told together.
  var refusals: [(kernels: [String], reason: String)] {
    var groups: [(kernels: [String], reason: String)] = []
    for refusal in step.choice.refusals {
      if groups.last?.reason == refusal.reason {
        groups[groups.count - 1].kernels.append(refusal.kernel)
      } else {
        groups.append(([refusal.kernel], refusal.reason))
      }
    }
    return groups
  }
}

/// How much of a run's time a step takes.
struct StepTime: Hashable, Sendable {
  /// Of all steps' times.
  let share: Double
  /// The best of several runs, where it was measured; else the share is what a model says.
  let milliseconds: Double?

  var text: String {
    let percent = "\(fixed(share * 100, 1)) %"
    return milliseconds.map { "\(fixed($0, 3)) ms, \(percent)" } ?? "\(percent), estimated"
  }
}

extension Plan {
  /// Bytes of some of the network's parameters, by their indices.
  func weightBytes(of indices: Set<Int>) -> Int {
    weights.filter { indices.contains($0.index) }
      .reduce(0) { $0 + $1.shape.count * MemoryLayout<Float>.stride }
  }
}

extension Plan.Step {
  /// `conv + bn, relu`; a second result follows an ampersand: `conv + bn, add & relu`; layers that are
  /// computed before, a band at a time, come first: `conv » bn » conv + relu`.
  var layers: String {
    let ops = fused.map(\.op)
    let beside = second == nil ? 0 : 1
    let following = ops.dropLast(beside).joined(separator: ", ")
    let second = ops.suffix(beside).joined()
    return before.map { "\($0.op) » " }.joined() + origin.op
      + (following.isEmpty ? "" : " + \(following)")
      + (second.isEmpty ? "" : " & \(second)")
  }
}

extension Plan.Location {
  /// Of all images.
  var floatBytes: Int { images * floats * MemoryLayout<Float>.stride }
}

/// Names and values, a line each.
func aligned(_ rows: [(String, String)]) -> [String] {
  let width = rows.map(\.0.count).max() ?? 0
  return rows.map { "\($0.padded(to: width))  \($1)" }
}
