import IR
import Runtime
import Source
import Tensors

/// Looks for the conventions under which a network agrees with a recording.
///
/// It takes the layers between values that agree and the first that does not, changes one convention
/// of them at a time, and runs them from the recorded values.
struct ParityDoctor: Sendable {
  /// What the doctor found.
  struct Finding: Sendable {
    /// A change with what it makes of the difference.
    struct Fit: Sendable {
      let change: Change
      let deviation: Deviation
    }

    /// The value that differs.
    let row: Verification.Row
    /// Values before it that differ although their layers agree, each from the recorded values
    /// before it: roundings add up.
    let rounded: [String]
    /// The layers in which the difference arises; empty where an input differs.
    var layers: [ValueID] = []
    /// Names of the values that these start from.
    var sources: [String] = []
    /// Changes that agree, the nearest first.
    var fits: [Fit] = []
    /// Where none agrees: those that at least give the recorded shape.
    var mendingShape: [Change] = []
    var tried = 0
    var known = 0
    /// Whether its layers, too, agree from the recorded values: nothing but roundings add up.
    var isRounded = false
    /// Whether the layers between the two values need too much memory to be tried.
    var isTooLarge = false
  }

  let place: TrialPlace
  let verification: Verification
  let recording: Recording
  let weights: [Tensor]
  let tolerance: Double
  let maximumTrials: Int

  /// What explains the first difference that is more than roundings; nil where nothing differs.
  func finding(report: (Double) -> Void) throws(Diagnostic) -> Finding? {
    let graph = place.network.graph
    let inputs = try place.input.tensors()
    var known: [ValueID: String] = [:]
    for row in verification.rows where row.isEqual && !graph[row.value].type.isLabel {
      known[row.value] = row.name
    }
    var rounded: [String] = []
    for row in verification.rows where !row.isEqual {
      var finding = Finding(row: row, rounded: rounded)
      let segment = try Segment(
        graph, to: row.value,
        from: { id throws(Diagnostic) in
          if let input = graph.inputs.first(where: { $0.value == id }) { return inputs[input.name] }
          guard let name = known[id] else { return nil }
          return try recording.read(name).reshaped(place.shapes[id.index])
        }, weights: weights, shapes: place.shapes, memoryLimit: MachineMemory.budget() / 2,
        report: { report($0 * 0.05) })
      guard let segment else {
        finding.isTooLarge = true
        return finding
      }
      let reference = try recording.read(row.name)
      if let value = segment.values[row.value], isEqual(value, reference, row) {
        known[row.value] = row.name
        rounded.append(row.name)
        continue
      }
      finding.layers = segment.nodes
      finding.sources = segment.sources.keys.sorted { $0.index < $1.index }.map { id in
        known[id] ?? graph.inputs.first { $0.value == id }?.name ?? ""
      }
      try tryAll(segment, reference, &finding, report)
      return finding
    }
    guard let first = verification.firstDifference else { return nil }
    var finding = Finding(row: first, rounded: rounded)
    finding.isRounded = true
    return finding
  }

  private func isEqual(
    _ value: Tensor, _ reference: Tensor, _ row: Verification.Row
  ) -> Bool {
    deviation(value, from: reference, row).map { $0.relative <= limit(row) } ?? false
  }

  private func limit(_ row: Verification.Row) -> Double {
    Verification.limit(place.network.graph[row.value].type, tolerance)
  }

  private func tryAll(
    _ segment: Segment, _ reference: Tensor, _ finding: inout Finding, _ report: (Double) -> Void
  ) throws(Diagnostic) {
    var changes: [Change] = []
    for convention in ConventionList.all {
      changes += try convention.changes(to: segment, place)
    }
    // Rules and the input's conventions before single layers, each in the order of the list.
    changes = changes.filter { $0.nodes.count != 1 } + changes.filter { $0.nodes.count == 1 }
    finding.known = changes.count
    for change in changes.prefix(maximumTrials) {
      finding.tried += 1
      report(0.05 + 0.95 * Double(finding.tried) / Double(min(changes.count, maximumTrials)))
      guard let value = try segment.target(after: change.effect),
        let deviation = deviation(value, from: reference, finding.row)
      else { continue }
      if deviation.relative <= limit(finding.row) {
        finding.fits.append(Finding.Fit(change: change, deviation: deviation))
      } else if finding.row.deviation == nil {
        finding.mendingShape.append(change)
      }
    }
    finding.fits = finding.fits.withoutFartherAndWider
    if !finding.fits.isEmpty { finding.mendingShape = [] }
  }

  /// Nil where the shapes differ.
  private func deviation(
    _ value: Tensor, from reference: Tensor, _ row: Verification.Row
  ) -> Deviation? {
    let type = place.network.graph[row.value].type
    guard type.forms(value.shape).contains(row.recorded) else { return nil }
    return Deviation(value, from: reference, as: type)
  }
}

extension [ParityDoctor.Finding.Fit] {
  /// A fit is left out where the same convention at the same layers has a much nearer one (1e-6
  /// beside 1e-5 for an eps), and where its words at fewer layers do already.
  fileprivate var withoutFartherAndWider: Self {
    filter { fit in
      !contains { other in
        guard other.change.convention == fit.change.convention else { return false }
        if other.change.nodes == fit.change.nodes {
          return other.deviation.relative * 4 + 1e-8 < fit.deviation.relative
        }
        return other.change.words == fit.change.words
          && Set(other.change.nodes).isStrictSubset(of: fit.change.nodes)
      }
    }
    .sorted { $0.deviation.relative < $1.deviation.relative }
  }
}
