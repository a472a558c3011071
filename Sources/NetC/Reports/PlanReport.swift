import IR
import Kernels
import Planning
import Source
import Tensors

/// A plan as an engineer reads it: by source line, with what was fused and why each kernel runs.
struct PlanReport {
  let plan: Plan
  private let sources: SourceMap
  private let path: String

  init(_ plan: Plan, _ sources: SourceMap, path: String) {
    self.plan = plan
    self.sources = sources
    self.path = path
  }

  /// The line of the spec file that a layer comes from: of the outermost block instance, if it is
  /// inside one; nil where that is in another file.
  func line(_ origin: Origin) -> Int? {
    let spans = origin.calls.map(\.span) + [origin.span]
    let own = spans.first { sources[$0.source].path == path }
    return own.map { sources[$0.source].position(of: $0.lower).line }
  }

  /// Every step, then what is computed otherwise than written, what the plan keeps in place, what
  /// runs by its definition, and the memory.
  var lines: [String] {
    var table = TextTable(
      ["step", "line", "layer", "computes", "output", "kernel", "layout", "bytes"],
      rightAligned: [0, 1, 7])
    for (index, step) in plan.steps.enumerated() {
      table.add([
        "\(index)", line(step.origin).map(String.init) ?? "", step.origin.path, Self.work(step),
        "\(step.kernel.result)", step.choice.kernel, "\(step.kernel.output)",
        step.output.floatBytes.grouped,
      ])
    }
    return ["\(plan.network) at \(plan.sizes.height)x\(plan.sizes.width)", ""] + table.lines
      + rewritten + inPlace + standingAlone + byDefinition + [""] + summary
  }

  /// `conv + bn, relu`; a second result follows an ampersand: `conv + bn, add & relu`.
  private static func work(_ step: Plan.Step) -> String {
    let fused = step.fused.map(\.op)
    let beside = step.second == nil ? 0 : 1
    let following = fused.dropLast(beside).joined(separator: ", ")
    let second = fused.suffix(beside).joined()
    return step.origin.op + (following.isEmpty ? "" : " + \(following)")
      + (second.isEmpty ? "" : " & \(second)")
  }

  private var rewritten: [String] {
    let lines = plan.rewrites.map { "\($0.origin.path): \($0.text)" }
    return lines.isEmpty ? [] : ["", "computed otherwise"] + lines.map { "  \($0)" }
  }

  private var inPlace: [String] {
    let lines = plan.joins.map { join in
      "\(join.origin.path.isEmpty ? join.origin.op : join.origin.path): \(join.parts.count) parts "
        + "are written where the concat has them"
    }
    return lines.isEmpty ? [] : ["", "in place"] + lines.map { "  \($0)" }
  }

  private var standingAlone: [String] {
    let lines = plan.steps.enumerated().compactMap { index, step in
      step.alone.map { "step \(index), \(Self.work(step)): \($0)" }
    }
    return lines.isEmpty ? [] : ["", "not fused"] + lines.map { "  \($0)" }
  }

  private var byDefinition: [String] {
    let lines = plan.steps.enumerated().filter { $1.choice.kernel == "reference" }
      .map { index, step in
        let reasons = step.choice.refusals.map { "\($0.kernel): \($0.reason)" }
        return "step \(index), \(Self.work(step)): "
          + (reasons.isEmpty ? "there is no other kernel" : reasons.joined(separator: "; "))
      }
    return lines.isEmpty ? [] : ["", "run by their definition"] + lines.map { "  \($0)" }
  }

  private var summary: [String] {
    let fused = plan.steps.reduce(0) { $0 + $1.fused.count }
    let moved = plan.steps.count { if case .movement = $0.call.spec { true } else { false } }
    let rows = [
      ("steps", "\(plan.steps.count), with \(fused) fused layers and \(moved) that only move"),
      ("multiply-adds", plan.multiplyAdds?.grouped ?? "too many to count"),
      ("weights", "\(byteText(plan.memory.weights)), packed"),
      ("inputs", byteText(plan.memory.inputs)),
      ("results", byteText(plan.memory.results)),
      (
        "arena", "\(byteText(plan.memory.arena)), at least \(byteText(plan.memory.arenaLowerBound))"
      ),
    ]
    let scratch = [("scratch", "\(byteText(plan.memory.scratch)) a thread")]
    var peak = [("peak", "\(byteText(plan.memory.total)) = \(plan.peak.formula)")]
    if let step = plan.peak.step { peak.append(("set by", title(step))) }
    return Self.aligned(rows + (plan.memory.scratch > 0 ? scratch : []) + peak)
  }

  private static func aligned(_ rows: [(String, String)]) -> [String] {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "\($0.padded(to: width))  \($1)" }
  }

  // MARK: One line

  /// Steps that a line of the spec became part of.
  func steps(of line: Int) -> [Int] {
    plan.steps.indices.filter { index in
      let step = plan.steps[index]
      return ([step.origin] + step.fused).contains { self.line($0) == line }
    }
  }

  /// Everything that is known of a step.
  func explanation(_ index: Int) -> [String] {
    let step = plan.steps[index]
    var rows = [("computes", step.call.spec.family.description)]
    for fused in step.fused {
      rows.append(("then", fused.op + (fused.path.isEmpty ? "" : "  \(fused.path)")))
    }
    if let alone = step.alone { rows.append(("alone", alone)) }
    rows.append(("kernel", step.choice.kernel))
    for refusal in step.choice.refusals {
      rows.append(("not", "\(refusal.kernel): \(refusal.reason)"))
    }
    for (place, input) in step.inputs.enumerated() {
      let source = plan.steps[..<index].lastIndex { $0.output == input || $0.second == input }
      let maker = source.map { "step \($0)" } ?? "an input or several steps"
      rows.append(
        (
          "reads",
          "\(step.kernel.inputShapes[place]), \(step.kernel.inputs[place]), from \(maker)"
        ))
    }
    rows.append(
      (
        "writes",
        "\(step.kernel.result), \(step.kernel.output), \(byteText(step.output.floatBytes))"
      ))
    if step.second != nil { rows.append(("writes", "a second result of the same size")) }
    if let count = step.call.multiplyAdds, count > 0 {
      rows.append(("multiply-adds", count.grouped))
    }
    let read = Set(step.parameters.flatMap(\.stored))
    let weights = plan.weights.filter { read.contains($0.index) }
    if !weights.isEmpty {
      let bytes = weights.reduce(0) { $0 + $1.shape.count * MemoryLayout<Float>.stride }
      rows.append(("weights", byteText(bytes)))
    }
    if step.choice.demand.workspaceBytes > 0 {
      rows.append(("workspace", byteText(step.choice.demand.workspaceBytes)))
    }
    if step.choice.demand.scratchBytes > 0 {
      rows.append(("scratch", "\(byteText(step.choice.demand.scratchBytes)) a thread"))
    }
    return [title(index)] + Self.aligned(rows).map { "  \($0)" }
  }

  /// `step 61, line 12: conv + bn, relu  decoder.fuse`
  func title(_ index: Int) -> String {
    let step = plan.steps[index]
    let place = line(step.origin).map { ", line \($0)" } ?? ""
    return "step \(index)\(place): \(Self.work(step))  \(step.origin.path)"
  }

  // MARK: JSON

  var document: JSON {
    .document([
      "steps": .array(
        plan.steps.map { step in
          .members([
            "line": .optional(line(step.origin)), "op": .text(step.origin.op),
            "name": .text(step.origin.path),
            "fused": .array(step.fused.map { .text($0.op) }),
            "shape": .array(step.kernel.result.dimensions.map(JSON.integer)),
            "kernel": .text(step.choice.kernel), "layout": .text("\(step.kernel.output)"),
            "refused": .array(
              step.choice.refusals.map {
                .members(["kernel": .text($0.kernel), "reason": .text($0.reason)])
              }), "bytes": .integer(step.output.floatBytes),
            "workspace_bytes": .integer(step.choice.demand.workspaceBytes),
            "scratch_bytes": .integer(step.choice.demand.scratchBytes),
          ])
        }),
      "arena_bytes": .integer(plan.memory.arena), "weight_bytes": .integer(plan.memory.weights),
      "result_bytes": .integer(plan.memory.results), "macs": .optional(plan.multiplyAdds),
      "peak_bytes": .integer(plan.memory.total), "peak_formula": .text(plan.peak.formula),
      "peak_step": .optional(plan.peak.step),
    ])
  }
}

extension Plan.Location {
  /// Of all images.
  fileprivate var floatBytes: Int { images * floats * MemoryLayout<Float>.stride }
}
