import Source
import Tensors

extension Diagnostic {
  /// Both sides of a condition at one size, and where they come from.
  private static func sides(_ condition: Condition, at size: Int, _ graph: Graph) -> [Note] {
    guard let node = graph.node(ValueID(condition.node)) else { return [] }
    var notes: [Note] = []
    let symbol = condition.axis.rawValue
    for input in node.inputs.prefix(4) {
      guard let extent = graph[input].type.extent(condition.axis),
        let value = try? extent.value(at: size)
      else { continue }
      let maker = graph.maker(of: input, seenFrom: node.origin)
      let isPlain = extent.constantValue != nil || extent == .symbol(condition.axis)
      let formula = isPlain ? "\(value)" : "\(extent) = \(value)"
      notes.append(
        Note(
          "\(condition.axis.word) \(formula) at \(symbol)=\(size), from \(maker.name)",
          at: maker.span))
    }
    if case .bins(let count, _, let rule) = condition.reason,
      let table = BinTable(rule, bins: count)
    {
      notes.append(Note("\(count) bins of a cells: \(table.text)"))
    }
    return notes + calls(node.origin)
  }

  private static func calls(_ origin: Origin) -> [Note] {
    origin.calls.reversed().map { Note("in `\($0.block)`, used here", at: $0.span) }
  }

  /// A size worth showing: the smallest that fails above 64, else the smallest at all.
  private static func failing(_ set: SizeSet) -> Int? {
    set.smallestMissing(above: 64) ?? set.smallestMissing(above: 0)
  }

  /// A warning where some sizes above the minimum are not admissible.
  static func partlyAdmissible(_ admissible: AdmissibleSizes, _ graph: Graph) -> Diagnostic? {
    let partial = Axis.allCases.filter { axis in
      guard graph.conditions.contains(where: { $0.axis == axis }) else { return false }
      guard let minimum = admissible[axis].minimum else { return false }
      return admissible[axis].smallestMissing(above: minimum) != nil
    }
    guard let axis = partial.first else { return nil }
    let conditions = graph.conditions.filter { $0.axis == axis }
    guard let size = failing(admissible[axis]),
      let condition = conditions.first(where: { !$0.admissible.contains(size) })
    else { return nil }
    let node = graph.node(ValueID(condition.node))
    let sizes = partial.map { admissible[$0].text($0.rawValue) }.joined(separator: " and ")
    let help = fix(condition, graph)
    let requirements = partial.compactMap { admissible[$0].requirement($0.rawValue) }
    let require =
      requirements.count == partial.count
      ? "; or admit only these sizes: `require \(requirements.joined(separator: " and "))`" : ""
    let above = size > 64 ? " above 64" : ""
    return Diagnostic(
      .partlyAdmissible,
      """
      \(condition.reason.text(node?.origin.op ?? "", axis)), which holds for some image sizes \
      only; the network is admissible for \(sizes)
      """,
      severity: .warning, at: node?.origin.span,
      notes: [Note("smallest failing size\(above): \(axis.rawValue)=\(size)")]
        + sides(condition, at: size, graph),
      help: "\(help)\(require)")
  }

  private static func isJoin(_ condition: Condition) -> Bool {
    if case .equal = condition.reason { true } else { false }
  }

  /// The fix of a condition; at a join fed by a resize with a factor, that resize.
  private static func fix(_ condition: Condition, _ graph: Graph) -> String {
    guard isJoin(condition), let fix = resizeFix(condition, graph) else {
      return condition.reason.help
    }
    return fix
  }

  private static func resizeFix(_ condition: Condition, _ graph: Graph) -> String? {
    guard let node = graph.node(ValueID(condition.node)) else { return nil }
    for input in node.inputs {
      var current = graph.node(input)
      var steps = 0
      while let maker = current, steps < 16 {
        if case .resize(let spec) = maker.spec, case .factor(let factor, _) = spec.target {
          return """
            write `resize like=` the other side of `\(node.origin.op)` instead of \
            `resize \(factor.text)x`, which makes them equal by construction
            """
        }
        guard maker.inputs.count == 1 else { break }
        current = graph.node(maker.inputs[0])
        steps += 1
      }
    }
    return nil
  }

  static func nothingAdmissible(
    _ axis: Axis, _ conditions: [Condition], _ graph: Graph
  ) -> Diagnostic {
    let notes = conditions.prefix(4).map { condition in
      let origin = graph.node(ValueID(condition.node))?.origin
      return Note(
        """
        \(condition.reason.text(origin?.op ?? "", axis)), so \
        \(condition.admissible.text(axis.rawValue))
        """,
        at: origin?.span)
    }
    let last = conditions.last.flatMap { graph.node(ValueID($0.node)) }
    return Diagnostic(
      .noAdmissibleSize, "no image \(axis.word) satisfies all joins of `\(graph.name)`",
      at: last?.origin.span, notes: notes, help: conditions.last.map { fix($0, graph) })
  }

  static func requirementNotEnough(
    _ axis: Axis, _ required: SizeSet, _ admissible: SizeSet, _ conditions: [Condition],
    _ graph: Graph, _ span: Span
  ) throws -> Diagnostic {
    let gap = try required.intersection(admissible.complement)
    let size = gap.smallestMember(from: 65) ?? gap.minimum ?? 1
    let condition = conditions.first { !$0.admissible.contains(size) }
    return Diagnostic(
      .requirementNotEnough,
      """
      this admits \(axis.rawValue)=\(size), where the network does not exist: it needs \
      \(admissible.text(axis.rawValue))
      """, at: span, notes: condition.map { sides($0, at: size, graph) } ?? [],
      help: (admissible.requirement(axis.rawValue).map { "require `\($0)`, or " } ?? "")
        + (condition.map { fix($0, graph) } ?? "require what it needs"))
  }

  static func emptyRequirement(_ axis: Axis, at span: Span) -> Diagnostic {
    Diagnostic(
      .requirementNotEnough, "no \(axis.word) satisfies these requirements", at: span,
      help: "drop one of them")
  }

  /// A value that passes what a tensor may hold at the smallest admissible size already.
  static func tooLarge(_ admissible: AdmissibleSizes, _ graph: Graph) -> Diagnostic? {
    let sizes = Sizes(height: admissible.height.minimum ?? 1, width: admissible.width.minimum ?? 1)
    guard let index = graph.values.firstIndex(where: { $0.type.shape(at: sizes) == nil }) else {
      return nil
    }
    let origin = graph.node(ValueID(index))?.origin
    let input = graph.inputs.first { $0.value == ValueID(index) }
    return Diagnostic(
      .sizeOverflow,
      "a map of \(graph.values[index].type.text) has more than 2^60 numbers at every image size",
      at: origin?.span ?? input?.span, notes: origin.map(calls) ?? [],
      help: "use fewer channels or a smaller size")
  }

  static func uncheckable(_ axis: Axis, _ graph: Graph) -> Diagnostic {
    Diagnostic(
      .periodCap,
      "the admissible \(axis.word)s of `\(graph.name)` repeat past \(Extent.cap) pixels",
      at: graph.inputs.first?.span, help: "use strides with common factors")
  }

  static func sizeOutside(
    _ axis: Axis, _ size: Int, height: Int, width: Int, _ admissible: AdmissibleSizes,
    _ condition: Condition?, _ graph: Graph, requirement: Span?
  ) -> Diagnostic {
    let set = admissible[axis]
    let node = condition.flatMap { graph.node(ValueID($0.node)) }
    let next = size < Int.max ? set.smallestMember(from: size + 1) : nil
    let isJoin = condition.map(isJoin) ?? false
    let message =
      condition.map { condition in
        let op = node?.origin.op ?? ""
        return condition.reason.failure(op, axis, at: size) ?? condition.reason.text(op, axis)
      } ?? "the \(axis.word) is outside of what is required: \(set.text(axis.rawValue))"
    return Diagnostic(
      isJoin ? .extentsDiffer : .sizeOutside, "at \(height)x\(width) \(message)",
      at: node?.origin.span ?? requirement ?? graph.inputs.first?.span,
      notes: condition.map { sides($0, at: size, graph) } ?? [],
      help: """
        admissible: \(set.text(axis.rawValue))\(next.map { "; the next larger is \($0)" } ?? "")
        """)
  }
}
