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
        "\(index)", line(step.origin).map(String.init) ?? "", step.origin.path, step.layers,
        "\(step.kernel.result)", step.choice.kernel, "\(step.kernel.output)",
        step.output.floatBytes.grouped,
      ])
    }
    return ["\(plan.network) at \(plan.sizes.height)x\(plan.sizes.width)", ""] + table.lines
      + rewritten + inPlace + standingAlone + byDefinition + [""] + summary
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
      step.alone.map { "step \(index), \(step.layers): \($0)" }
    }
    return lines.isEmpty ? [] : ["", "not fused"] + lines.map { "  \($0)" }
  }

  private var byDefinition: [String] {
    let lines = plan.steps.enumerated().filter { $1.choice.kernel == "reference" }
      .map { index, step in
        let reasons = step.choice.refusals.map { "\($0.kernel): \($0.reason)" }
        return "step \(index), \(step.layers): "
          + (reasons.isEmpty ? "there is no other kernel" : reasons.joined(separator: "; "))
      }
    return lines.isEmpty ? [] : ["", "run by their definition"] + lines.map { "  \($0)" }
  }

  private var summary: [String] {
    let fused = plan.steps.reduce(0) { $0 + $1.before.count + $1.fused.count }
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
    if let step = plan.peak.step { peak.append(("set by", report(of: step).title)) }
    return aligned(rows + (plan.memory.scratch > 0 ? scratch : []) + peak)
  }

  /// Steps that a line of a file became part of, itself or by calling a block.
  func steps(of line: SourceLine) -> [StepReport] {
    plan.steps.indices.filter { index in
      let step = plan.steps[index]
      return (step.before + [step.origin] + step.fused).contains { $0.isWritten(at: line, sources) }
    }.map { report(of: $0) }
  }

  func report(of step: Int) -> StepReport {
    StepReport(plan, step, line: line(plan.steps[step].origin))
  }

  // MARK: JSON

  var document: JSON {
    .document([
      "steps": .array(plan.steps.map { Self.json($0, line: line($0.origin)) }),
      "arena_bytes": .integer(plan.memory.arena), "weight_bytes": .integer(plan.memory.weights),
      "result_bytes": .integer(plan.memory.results), "macs": .optional(plan.multiplyAdds),
      "peak_bytes": .integer(plan.memory.total), "peak_formula": .text(plan.peak.formula),
      "peak_step": .optional(plan.peak.step),
    ])
  }
  static func json(_ step: Plan.Step, line: Int?) -> JSON {
    .members([
      "line": .optional(line), "op": .text(step.origin.op), "name": .text(step.origin.path),
      "before": .array(step.before.map { .text($0.op) }),
      "fused": .array(step.fused.map { .text($0.op) }),
      "shape": .array(step.kernel.result.dimensions.map(JSON.integer)),
      "kernel": .text(step.choice.kernel), "layout": .text("\(step.kernel.output)"),
      "refused": .array(
        step.choice.refusals.map {
          .members(["kernel": .text($0.kernel), "reason": .text($0.reason)])
        }),
      "bytes": .integer(step.output.floatBytes),
      "workspace_bytes": .integer(step.choice.demand.workspaceBytes),
      "scratch_bytes": .integer(step.choice.demand.scratchBytes),
    ])
  }
}
