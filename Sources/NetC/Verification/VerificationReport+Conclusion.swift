import IR
import Source
import Tensors

extension VerificationReport {
  /// The first difference with what explains it, nil where all agree.
  func conclusion(_ finding: ParityDoctor.Finding?) -> [String] {
    finding.map(differenceLines) ?? [equalLine]
  }

  private var equalLine: String {
    "all \(verification.rows.count) recorded values agree within \(tolerance.scientific)"
  }

  private func differenceLines(_ finding: ParityDoctor.Finding) -> [String] {
    var lines = [""]
    let row = finding.row
    let name = DiagnosticText.printable(row.name)
    if finding.isRounded {
      let count = finding.rounded.count
      return lines + [
        "`\(name)` is the first of \(count) value\(count == 1 ? "" : "s") that differ\(count == 1 ? "s" : "")",
        "from the recorded values before it every layer agrees: roundings add up; "
          + "`--tolerance 1e-4` allows for more",
      ]
    }
    if let deviation = row.deviation {
      lines.append(
        "the first value that differs is `\(name)`: relative L2 \(deviation.relative.scientific), "
          + "\(tolerance.scientific) is tolerated")
    } else {
      lines.append(
        "the first value that differs is `\(name)`: it is \(row.shape.times), "
          + "recorded \(row.recorded.times)")
    }
    if !finding.rounded.isEmpty {
      lines.append(
        "(before it `\(DiagnosticText.printable(finding.rounded[0]))` and others do by roundings "
          + "that add up: from the recorded values before them their layers agree)")
    }
    if finding.isTooLarge {
      return lines + ["too much lies before it to try conventions; record values inside"]
    }
    return lines + layerLines(finding) + trialLines(finding)
  }

  private func layerLines(_ finding: ParityDoctor.Finding) -> [String] {
    let sources = finding.sources.map { "`\(DiagnosticText.printable($0))`" }.joined(
      separator: ", ")
    guard !finding.layers.isEmpty else { return ["it is an input: its preparation differs"] }
    let count = finding.layers.count
    var lines = ["it arises in \(count) layer\(count == 1 ? "" : "s") after \(sources):"]
    let names = BindingNames(network.graph)
    for id in finding.layers.prefix(Self.maximumLines) {
      let operation = network.graph.node(id)?.operation(network.graph, names).text ?? ""
      lines.append("  \(operation)  at \(place(id))")
    }
    if count > Self.maximumLines {
      lines.append(
        "  and \(count - Self.maximumLines) more, the last at \(place(finding.layers[count - 1]))")
    }
    return lines
  }

  private func trialLines(_ finding: ParityDoctor.Finding) -> [String] {
    let tried =
      finding.tried < finding.known
      ? "\(finding.tried) of \(finding.known) changes" : "\(finding.tried) changes"
    var lines: [String] = []
    if finding.fits.isEmpty {
      lines.append("none of \(tried) of conventions that were tried there makes it equal")
      if finding.tried < finding.known {
        lines.append("`--trials \(finding.known)` tries them all")
      }
      if !finding.mendingShape.isEmpty {
        lines.append("these give the recorded shape:")
        for change in finding.mendingShape.prefix(Self.maximumLines) {
          lines.append("  \(change.words)  \(places(change))")
        }
      }
      guard !finding.layers.isEmpty else {
        return lines + ["record what the network's `fit=` and `normalize=` make of the picture"]
      }
      lines.append(
        finding.layers.count > 1
          ? "record more values between, to see in which layer it arises"
          : "compare this layer with the code that was recorded")
    } else {
      let which = finding.fits.count == 1 ? "this makes" : "each of these makes"
      lines.append("of \(tried) tried there, \(which) it equal:")
      for fit in finding.fits {
        lines.append(
          "  \(fit.change.words)  \(places(fit.change)), relative L2 "
            + fit.deviation.relative.scientific)
      }
    }
    return lines
  }

  /// `layer1.0.conv1, net.net:7:31`
  private func place(_ id: ValueID) -> String {
    guard let origin = network.graph.node(id)?.origin else { return "" }
    let location = network.sources.location(origin.outermost)
    return origin.path.isEmpty ? location : "\(origin.path), \(location)"
  }

  /// Where a change is written.
  func places(_ change: Change) -> String {
    guard let first = change.nodes.first else {
      return "at the input `\(network.graph.primaryInput.name)`"
    }
    let others = change.nodes.count - 1
    let more = others == 0 ? "" : " and \(others) more layer\(others == 1 ? "" : "s")"
    return "at \(place(first))\(more)"
  }
}

extension Origin {
  /// Where the network's own file asks for it.
  fileprivate var outermost: Span { calls.first?.span ?? span }
}
