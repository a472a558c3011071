import IR
import Kernels
import Planning
import Source
import Tensors

/// What `check --max-mem` asks.
package struct MemoryQuestion: Sendable {
  package let limit: Int
  package let kernels: KernelCatalogue
  /// Names; all where there are none.
  package let outputs: [String]
}

/// The largest size that a memory limit admits, and what sets the peak.
package struct MemoryReport: Sendable {
  let limit: Int
  let family: SizeFamily
  let answer: LargestSize
  /// At the size asked for, else at the largest that fits.
  let plan: Plan?
  private let asked: Sizes?
  private let places: PlanReport?

  /// Plans with no more than is asked for; `asked` is admissible.
  init(
    _ checked: CheckedGraph, _ sources: SourceMap, path: String, at asked: Sizes?,
    _ question: MemoryQuestion
  ) throws(Diagnostic) {
    var outputs: [String]?
    for name in question.outputs {
      outputs = (outputs ?? []) + [try checked.graph.output(named: name).name]
    }
    (limit, self.asked) = (question.limit, asked)
    family = SizeFamily(checked.admissible, like: asked)
    do throws(PlanError) {
      answer = try LargestSize(
        checked, of: family, limit: limit, outputs: outputs, kernels: question.kernels)
    } catch {
      throw .cannotPlan(error, asked ?? family.sizes(1), checked)
    }
    plan =
      try asked.map { (sizes) throws(Diagnostic) in
        try Session.plan(
          checked, at: sizes, outputs: outputs, kernels: question.kernels, memoryLimit: .max)
      } ?? answer.plan
    places = plan.map { PlanReport($0, sources, path: path) }
  }

  /// What stands against the limit; nil where the size asked for, or some size, fits.
  var finding: Diagnostic? {
    if let asked, let plan, plan.memory.total > limit {
      let help =
        answer.plan.map { "the largest of \(family.text) that fits is \(Self.text($0.sizes))" }
        ?? "no size fits: the weights alone are \(mebibytes(plan.memory.weights))"
      return .overBudget(
        "at \(Self.text(asked))", needs: plan.memory.total, limit: limit, help: help)
    }
    guard asked == nil, answer.plan == nil else { return nil }
    guard let smallest = answer.planned.first else {
      return Diagnostic(
        .memoryBudget, "of \(family.text) none is admissible",
        help: "give a proportion that has admissible sizes with `--at HxW`")
    }
    return .overBudget(
      "at \(Self.text(smallest.sizes)), the smallest admissible of \(family.text),",
      needs: smallest.bytes, limit: limit,
      help: "a coarser output stride or `--precision bf16` needs less")
  }

  /// Rows of the summary.
  var rows: [(String, String)] {
    var rows: [(String, String)] = []
    if let plan = answer.plan {
      let text = "\(Self.text(plan.sizes)), which needs \(mebibytes(plan.memory.total))"
      rows.append(("in \(mebibytes(limit))", "\(text): the largest of \(family.text)"))
      rows += promises.map { ("", $0) }
    }
    guard let plan, let places else { return rows }
    let total = "\(mebibytes(plan.memory.total)) at \(Self.text(plan.sizes))"
    let step = plan.peak.step.map { ", set by \(places.report(of: $0).title)" } ?? ""
    rows.append(("peak memory", total + step))
    var table = TextTable(["", "", ""], rightAligned: [0])
    for row in plan.peak.rows(at: plan.sizes) {
      table.add([mebibytes(row.bytes), row.formula, row.holding])
    }
    rows += table.lines.dropFirst().map { ("", $0) }
    rows.append(("", reach(of: plan)))
    return rows
  }

  /// What was proved of larger sizes, a line a fact.
  private var promises: [String] {
    guard let next = answer.next, let through = answer.checkedThrough else {
      return answer.isProven ? ["no larger size is admissible, or its inputs alone are more"] : []
    }
    let needed = next.bytes.map(mebibytes) ?? "more than can be addressed"
    var lines = ["\(Self.text(next.sizes)), the next, needs \(needed)"]
    let beyond = answer.planned.count {
      $0.sizes.height * $0.sizes.width > through.height * through.width
    }
    if answer.isProven {
      lines.append("no larger size fits")
    } else if through != next.sizes {
      lines.append(
        "none through \(Self.text(through)) fits, all planned"
          + (beyond > 0 ? ", nor any of \(beyond) planned beyond" : ""))
    }
    return lines
  }

  private func reach(of plan: Plan) -> String {
    let size = Self.text(plan.sizes)
    let (sizes, deviation) = answer.reach(of: plan)
    guard let first = sizes.first, let last = sizes.last, sizes.count > 1 else {
      return "exact at \(size)"
    }
    return "exact at \(size); within \(fixed(max(0.01, deviation * 100), 2)) % of the plans at "
      + "\(sizes.count) sizes from \(Self.text(first)) to \(Self.text(last))"
  }

  static func text(_ sizes: Sizes) -> String { "\(sizes.height)x\(sizes.width)" }

  var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "limit_bytes", value: .integer(limit)),
      .init(key: "largest", value: Self.json(answer.plan?.sizes)),
      .init(key: "bytes", value: .optional(answer.plan?.memory.total)),
      .init(key: "next", value: Self.json(answer.next?.sizes)),
      .init(key: "next_bytes", value: .optional(answer.next?.bytes)),
      .init(key: "checked_through", value: Self.json(answer.checkedThrough)),
      .init(key: "proven", value: .bool(answer.isProven)),
    ]
    guard let plan, let places else { return .object(members) }
    let step = plan.peak.step
    let (sizes, deviation) = answer.reach(of: plan)
    members.append(
      .init(
        key: "peak",
        value: .members([
          "at": Self.json(plan.sizes), "bytes": .integer(plan.memory.total),
          "formula": .text(plan.peak.formula), "step": .optional(step),
          "line": .optional(step.flatMap { places.line(plan.steps[$0].origin) }),
          "layer": .optional(step.map { plan.steps[$0].origin.path }),
          "holds_from": Self.json(sizes.first), "holds_to": Self.json(sizes.last),
          "deviation": .number(deviation),
          "parts": .array(
            plan.peak.rows(at: plan.sizes).map { row -> JSON in
              .members([
                "holds": .text(row.holding), "formula": .text(row.formula),
                "bytes": .integer(row.bytes),
              ])
            }),
        ])))
    return .object(members)
  }

  private static func json(_ sizes: Sizes?) -> JSON {
    sizes.map { .array([.integer($0.height), .integer($0.width)]) } ?? .null
  }
}

extension Diagnostic {
  fileprivate static func overBudget(
    _ place: String, needs bytes: Int?, limit: Int, help: String
  ) -> Diagnostic {
    let needed = bytes.map(mebibytes) ?? "more than can be addressed"
    return Diagnostic(
      .memoryBudget,
      "\(place) the network needs \(needed), `--max-mem` allows \(mebibytes(limit))", help: help)
  }
}
