import Source
import Tensors

/// The sizes an author admits on one axis: `require H % os == 0`.
package struct SizeRequirement: Sendable {
  package let axis: Axis
  package let sizes: SizeSet
  package let span: Span

  package init(axis: Axis, sizes: SizeSet, span: Span) {
    self.axis = axis
    self.sizes = sizes
    self.span = span
  }
}

/// Decides for which image sizes a graph exists; nil with errors where it does for none.
package func check(
  _ graph: Graph, requirements: [SizeRequirement], into diagnostics: inout DiagnosticSet
) -> CheckedGraph? {
  var sets: [Axis: SizeSet] = [:]
  for axis in Axis.allCases {
    do {
      let conditions = graph.conditions.filter { $0.axis == axis }
      var admissible = graph.declaredSizes(axis)
      for condition in conditions { admissible = try admissible.intersection(condition.admissible) }
      if admissible.isEmpty {
        diagnostics.add(.nothingAdmissible(axis, conditions, graph))
        return nil
      }
      let own = requirements.filter { $0.axis == axis }
      var required = SizeSet.all
      for requirement in own { required = try required.intersection(requirement.sizes) }
      if let first = own.first {
        let span = own.dropFirst().reduce(first.span) { $0.union($1.span) }
        if required.isEmpty { throw Diagnostic.emptyRequirement(axis, at: span) }
        if !required.isSubset(of: admissible) {
          throw try Diagnostic.requirementNotEnough(
            axis, required, admissible, conditions, graph, span)
        }
        admissible = required
      }
      sets[axis] = admissible
    } catch let diagnostic as Diagnostic {
      diagnostics.add(diagnostic)
      return nil
    } catch {
      diagnostics.add(.uncheckable(axis, graph))
      return nil
    }
  }
  let admissible = AdmissibleSizes(height: sets[.height] ?? .all, width: sets[.width] ?? .all)
  if requirements.isEmpty, let warning = Diagnostic.partlyAdmissible(admissible, graph) {
    diagnostics.add(warning)
  }
  if let tooLarge = Diagnostic.tooLarge(admissible, graph) {
    diagnostics.add(tooLarge)
    return nil
  }
  return CheckedGraph(graph: graph, admissible: admissible, requirements: requirements)
}

extension Graph {
  /// One size where the inputs fix the axis, else all.
  fileprivate func declaredSizes(_ axis: Axis) -> SizeSet {
    let extents = inputs.compactMap { self[$0.value].type.extent(axis) }
    guard let size = extents.first?.constantValue, extents.allSatisfy({ $0.constantValue != nil })
    else { return .all }
    // A size past the cap of sets is its own only size all the same, but cannot be listed.
    return (try? SizeSet.whereEqual(.symbol(axis), .constant(size))) ?? .all
  }
}

extension CheckedGraph {
  /// What stops the network at one size, or nil where it is admissible.
  package func refusal(height: Int, width: Int) -> Diagnostic? {
    for (axis, size) in [(Axis.height, height), (Axis.width, width)] {
      guard !admissible[axis].contains(size) else { continue }
      let failing = graph.conditions.first { $0.axis == axis && !$0.admissible.contains(size) }
      let requirement = requirements.first { $0.axis == axis && !$0.sizes.contains(size) }
      return .sizeOutside(
        axis, size, height: height, width: width, admissible, failing, graph,
        requirement: requirement?.span)
    }
    return nil
  }
}
