/// What `run` says about its results, as text and as JSON.
struct RunReport {
  private let palette: Palette
  private let output: String
  private let color: Bool

  init(_ palette: Palette, _ output: String, color: Bool) {
    self.palette = palette
    self.output = output
    self.color = color
  }

  /// A head line, then the legend or the likeliest classes.
  func lines(_ result: RunJob.Result, isOneOfMany: Bool) -> [String] {
    var head = "\(output) \(shapeText(result.shape)), \(fixed(result.milliseconds, 1)) ms"
    if let target = result.destination { head += " → \(DiagnosticText.printable(target.path))" }
    if isOneOfMany { head = "\(DiagnosticText.printable(result.input)): \(head)" }
    var lines = [head]
    for (label, share) in result.classes.shares {
      let percent = fixed(share * 100, 2).indented(to: 8)
      lines.append("\(percent) %  \(swatch(label))\(String(label).indented(to: 3))  \(name(label))")
    }
    for (index, ranking) in result.rankings.prefix(20).enumerated() {
      if result.rankings.count > 1 {
        lines.append("  \(result.isOfWindows ? "window" : "image") \(index)")
      }
      for place in ranking.places {
        let percent = fixed(place.probability * 100, 2).indented(to: 8)
        let label = String(place.label).indented(to: 4)
        lines.append("\(percent) %  \(label)  \(name(place.label))")
      }
    }
    if result.rankings.count > 20 { lines.append("  and \(result.rankings.count - 20) more") }
    return lines
  }

  /// The keys `outputs`, `legend` and `milliseconds`; the legend is over all inputs.
  func document(_ results: [RunJob.Result]) -> JSON {
    var all = ClassCounts()
    for result in results { all.add(result.classes) }
    return .document([
      "outputs": .array(results.map(json)),
      "legend": legend(all),
      "milliseconds": .number(results.reduce(0) { $0 + $1.milliseconds }),
    ])
  }

  private func json(_ result: RunJob.Result) -> JSON {
    .members([
      "name": .text(output), "input": .text(result.input),
      "shape": .array(result.shape.map(JSON.integer)),
      "path": .optional(result.destination?.path),
      "legend": legend(result.classes),
      "top": .array(
        result.rankings.map { ranking in
          .array(
            ranking.places.map { place in
              .members([
                "class": .text(name(place.label)), "index": .integer(place.label),
                "score": .number(Double(place.score)), "probability": .number(place.probability),
              ])
            })
        }),
      "milliseconds": .number(result.milliseconds),
    ])
  }

  private func legend(_ classes: ClassCounts) -> JSON {
    .array(
      classes.shares.map { label, share in
        .members([
          "class": .text(name(label)), "index": .integer(label), "share": .number(share),
        ])
      })
  }

  private func name(_ label: Int) -> String { DiagnosticText.printable(palette.name(label)) }

  private func swatch(_ label: Int) -> String {
    guard color else { return "" }
    let colour = palette.colour(label)
    return "\u{1B}[48;2;\(colour.red);\(colour.green);\(colour.blue)m  \u{1B}[0m "
  }
}

/// A number with so many digits behind the point, whatever the locale.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  let scale = [1, 10, 100, 1000][digits]
  let whole = Int((abs(value) * Double(scale)).rounded())
  let rest = String(whole % scale)
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(whole)" }
  let zeros = String(repeating: "0", count: digits - rest.count)
  return "\(sign)\(whole / scale).\(zeros)\(rest)"
}
