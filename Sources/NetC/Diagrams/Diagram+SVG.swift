extension Diagram {
  /// The graph as a picture, boxes coloured by output stride.
  package var svg: String {
    let several = Self.labelled(arrows)
    let layout = DiagramLayout(
      self, labelWidth: { several.contains($0) ? Self.width(ofLabel: arrows[$0].label) : 0 },
      size: Self.size)
    let legendHeight = 44.0
    let width = max(layout.width, 460)
    let height = layout.height + legendHeight
    let shift = (width - layout.width) / 2
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width.short) \(height.short)" \
      width="\(width.short)" height="\(height.short)" font-family="Helvetica, Arial, sans-serif">
      <title>\(Self.escaped(name))</title>
      <rect width="100%" height="100%" fill="white"/>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
      orient="auto"><path d="M0,0.8 L7,4 L0,7.2 z" fill="#64748b"/></marker></defs>
      \(Self.legend(width))
      <g transform="translate(\(shift.short),\(legendHeight.short))">

      """
    for route in layout.routes { text += Self.path(route, layout) }
    for (box, place) in zip(boxes, layout.places) { text += Self.drawing(box, place) }
    for (index, route) in layout.routes.enumerated() where several.contains(index) {
      text += Self.label(arrows[index].label, route, layout)
    }
    return text + "</g>\n</svg>\n"
  }

  static let lineHeight = 15.0

  /// The size of a box that holds its text; Helvetica's mean width is near half its height.
  private static func size(_ box: Box) -> (width: Double, height: Double) {
    let title = Double(box.title.count) * 8
    let details = Double(box.details.map(\.count).max() ?? 0) * 6.6
    let lines = Double(box.details.count)
    let isRound = box.style == .input || box.style == .output || box.style == .join
    return (max(title, details, 40) + (isRound ? 34 : 20), 16 + 16 + lines * lineHeight)
  }

  private static func drawing(_ box: Box, _ place: DiagramLayout.Place) -> String {
    let colors = StridePalette.colors(box.stride)
    let (left, top) = (place.x - place.width / 2, place.y - place.height / 2)
    let radius: Double
    switch box.style {
    case .input, .output: radius = place.height / 2
    case .join: radius = 14
    case .block, .layer: radius = 5
    }
    let line = box.style == .block ? 1.8 : 1.1
    let dash = box.style == .join ? " stroke-dasharray=\"4 2\"" : ""
    var text = """
      <rect x="\(left.short)" y="\(top.short)" width="\(place.width.short)" \
      height="\(place.height.short)" rx="\(radius.short)" fill="\(colors.fill)" \
      stroke="\(colors.line)" stroke-width="\(line.short)"\(dash)/>

      """
    var y = top + 21
    text += """
      <text x="\(place.x.short)" y="\(y.short)" font-size="13" font-weight="bold" fill="#0f172a" \
      text-anchor="middle">\(escaped(box.title))</text>

      """
    for detail in box.details {
      y += lineHeight
      text += """
        <text x="\(place.x.short)" y="\(y.short)" font-size="11" fill="#475569" \
        text-anchor="middle">\(escaped(detail))</text>

        """
    }
    return text
  }

  /// A smooth curve through the points of a route, leaving below and arriving above.
  private static func path(_ route: [Int], _ layout: DiagramLayout) -> String {
    let places = route.map { layout.places[$0] }
    guard let first = places.first else { return "" }
    var (x, y) = (first.x, first.y + first.height / 2)
    var path = "M\(x.short),\(y.short)"
    for place in places.dropFirst() {
      let top = place.y - place.height / 2
      let middle = ((y + top) / 2).short
      path += " C\(x.short),\(middle) \(place.x.short),\(middle) \(place.x.short),\(top.short)"
      (x, y) = (place.x, top)
      if place.box == nil {
        y += place.height
        path += " V\(y.short)"
      }
    }
    return """
      <path d="\(path)" fill="none" stroke="#64748b" stroke-width="1.3" marker-end="url(#tip)"/>

      """
  }

  /// Arrows whose shape their box does not tell: all but one that leave a box.
  private static func labelled(_ arrows: [Arrow]) -> Set<Int> {
    var shapes: [Int: Set<String>] = [:]
    for arrow in arrows { shapes[arrow.from, default: []].insert(arrow.label) }
    return Set(arrows.indices.filter { (shapes[arrows[$0].from]?.count ?? 0) > 1 })
  }

  private static func width(ofLabel label: String) -> Double { Double(label.count) * 5.8 + 12 }

  private static func label(
    _ label: String, _ route: [Int], _ layout: DiagramLayout
  ) -> String {
    let (first, second) = (layout.places[route[0]], layout.places[route[1]])
    let bottom = first.y + first.height / 2
    let top = second.y - second.height / 2
    let passes = second.box == nil
    let x = passes ? second.x : (first.x + second.x) / 2
    let y = passes ? second.y : (bottom + top) / 2 + 3
    let width = width(ofLabel: label)
    return """
      <rect x="\((x - width / 2).short)" y="\((y - 9).short)" width="\(width.short)" height="12" \
      rx="3" fill="white" fill-opacity="0.85"/>
      <text x="\(x.short)" y="\(y.short)" font-size="9.5" fill="#64748b" \
      text-anchor="middle">\(escaped(label))</text>

      """
  }

  private static func legend(_ width: Double) -> String {
    var text = ""
    var x = 24.0
    for entry in StridePalette.legend {
      let colors = StridePalette.colors(entry.stride)
      text += """
        <rect x="\(x.short)" y="16" width="14" height="14" rx="3" fill="\(colors.fill)" \
        stroke="\(colors.line)"/>
        <text x="\((x + 19).short)" y="27" font-size="11" fill="#475569">\(entry.text)</text>

        """
      x += 34 + Double(entry.text.count) * 6.5
    }
    return text
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

extension Double {
  /// One digit behind the point.
  fileprivate var short: String {
    let tenths = Int((self * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
