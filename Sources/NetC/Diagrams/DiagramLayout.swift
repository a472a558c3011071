/// Places the boxes of a diagram in rows from top to bottom (Sugiyama et al., 1981).
///
/// A box stands below all it reads; an arrow over several rows passes through points in between,
/// which keep clear of boxes; rows are ordered by the median of their neighbours.
struct DiagramLayout {
  struct Place {
    var x = 0.0
    var y = 0.0
    let width: Double
    var height: Double
    /// The box; nil for a point that an arrow passes.
    let box: Int?
  }

  private(set) var places: [Place]
  /// The places an arrow visits, of every arrow of the diagram.
  private(set) var routes: [[Int]] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  private var rows: [[Int]] = []
  private var above: [[Int]] = []
  private var below: [[Int]] = []

  static let columnGap = 26.0
  static let rowGap = 42.0
  static let margin = 24.0

  /// `labelWidth` is the room that an arrow's label needs where it leaves its box, by index.
  init(
    _ diagram: Diagram, labelWidth: (Int) -> Double,
    size: (Diagram.Box) -> (width: Double, height: Double)
  ) {
    places = diagram.boxes.enumerated().map { index, box in
      let (width, height) = size(box)
      return Place(width: width, height: height, box: index)
    }
    assignRows(diagram, labelWidth)
    for _ in 0..<12 {
      order(by: above, downwards: true)
      order(by: below, downwards: false)
    }
    order(by: above, downwards: true)
    placeRows()
  }

  /// Longest paths from the inputs; what feeds only later rows moves down to them.
  private mutating func assignRows(_ diagram: Diagram, _ labelWidth: (Int) -> Double) {
    var row = [Int](repeating: 0, count: places.count)
    // Boxes are in definition order, so every arrow points forwards.
    for arrow in diagram.arrows.sorted(by: { $0.to < $1.to }) {
      row[arrow.to] = max(row[arrow.to], row[arrow.from] + 1)
    }
    for box in places.indices.reversed() where !diagram.arrows.contains(where: { $0.to == box }) {
      let readers = diagram.arrows.filter { $0.from == box }.map { row[$0.to] }
      if let first = readers.min() { row[box] = first - 1 }
    }
    rows = [[Int]](repeating: [], count: (row.max() ?? 0) + 1)
    for box in places.indices { rows[row[box]].append(box) }
    above = [[Int]](repeating: [], count: places.count)
    below = above
    for (index, arrow) in diagram.arrows.enumerated() {
      var route = [arrow.from]
      for level in row[arrow.from] + 1..<max(row[arrow.from] + 1, row[arrow.to]) {
        route.append(places.count)
        rows[level].append(places.count)
        let width = route.count == 1 ? max(10, labelWidth(index)) : 10
        places.append(Place(width: width, height: 0, box: nil))
        above.append([])
        below.append([])
      }
      route.append(arrow.to)
      for (upper, lower) in zip(route, route.dropFirst()) {
        below[upper].append(lower)
        above[lower].append(upper)
      }
      routes.append(route)
    }
  }

  /// One sweep: each row sorted by the mean position of its neighbours in the row before.
  private mutating func order(by neighbours: [[Int]], downwards: Bool) {
    var position = [Double](repeating: 0, count: places.count)
    for row in rows {
      for (index, place) in row.enumerated() { position[place] = Double(index) }
    }
    let levels = downwards ? Array(rows.indices) : rows.indices.reversed()
    for level in levels {
      let keys = rows[level].map { place -> Double in
        let around = neighbours[place].map { position[$0] }
        return around.isEmpty ? position[place] : around.reduce(0, +) / Double(around.count)
      }
      let sorted = rows[level].indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      rows[level] = sorted.map { rows[level][$0] }
      for (index, place) in rows[level].enumerated() { position[place] = Double(index) }
    }
  }

  private mutating func placeRows() {
    for row in rows {
      var x = 0.0
      for place in row {
        places[place].x = x + places[place].width / 2
        x += places[place].width + Self.columnGap
      }
    }
    for sweep in 0..<40 {
      let isDown = sweep % 2 == 0
      for level in isDown ? Array(rows.indices) : rows.indices.reversed() {
        settle(rows[level], isDown ? above : below)
      }
    }
    var top = Self.margin
    for row in rows {
      let tallest = row.map { places[$0].height }.max() ?? 0
      for place in row {
        places[place].y = top + tallest / 2
        // Arrows go straight past the boxes of a row and bend between rows.
        if places[place].box == nil { places[place].height = tallest }
      }
      top += tallest + Self.rowGap
    }
    let left = places.map { $0.x - $0.width / 2 }.min() ?? 0
    for index in places.indices { places[index].x += Self.margin - left }
    width = (places.map { $0.x + $0.width / 2 }.max() ?? 0) + Self.margin
    height = top - Self.rowGap + Self.margin
  }

  /// Moves a row towards its neighbours without overlaps: overlapping places are merged into
  /// blocks that stand at the mean of their wishes.
  private mutating func settle(_ row: [Int], _ neighbours: [[Int]]) {
    struct Block {
      var places: [Int]
      /// Wished positions of the first place, summed over weights.
      var sum: Double
      var weight: Double
      var start: Double { sum / weight }
      var span: Double
    }
    var blocks: [Block] = []
    for place in row {
      // Boxes stand in line with boxes; what only passes by makes room.
      let boxes = neighbours[place].filter { places[$0].box != nil }
      let around = places[place].box == nil || boxes.isEmpty ? neighbours[place] : boxes
      let weight = around.isEmpty ? 0.01 : places[place].box == nil ? 0.1 : 1.0
      let wish =
        around.isEmpty
        ? places[place].x : around.reduce(0) { $0 + places[$1].x } / Double(around.count)
      let start = wish - places[place].width / 2
      blocks.append(
        Block(
          places: [place], sum: start * weight, weight: weight,
          span: places[place].width + Self.columnGap))
      while blocks.count > 1,
        blocks[blocks.count - 2].start + blocks[blocks.count - 2].span
          > blocks[blocks.count - 1].start
      {
        let last = blocks.removeLast()
        let span = blocks[blocks.count - 1].span
        blocks[blocks.count - 1].sum += last.sum - span * last.weight
        blocks[blocks.count - 1].weight += last.weight
        blocks[blocks.count - 1].places += last.places
        blocks[blocks.count - 1].span += last.span
      }
    }
    for block in blocks {
      var x = block.start
      for place in block.places {
        places[place].x = x + places[place].width / 2
        x += places[place].width + Self.columnGap
      }
    }
  }
}
