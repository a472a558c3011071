import Tensors

/// How a map lies in memory, in floats: from one column, row, channel of a block, and block of
/// channels to the next.
struct MapSteps: Hashable, Sendable {
  let column: Int
  let row: Int
  let channel: Int
  let block: Int

  init(column: Int, row: Int, channel: Int, block: Int) {
    (self.column, self.row, self.channel, self.block) = (column, row, channel, block)
  }

  /// The same of a map in blocks with other rows.
  func with(rows: Int) -> MapSteps {
    MapSteps(column: column, row: row, channel: channel, block: rows * row)
  }

  /// Channels of a planar map are counted in blocks of `lanes` too; bfloat16 numbers by twos, as if
  /// two were one channel.
  init(_ layout: Layout, lanes: Int, height: Int, width: Int) {
    switch layout {
    case .planar:
      let plane = height * width
      self.init(column: 1, row: width, channel: plane, block: lanes * plane)
    case .blocked, .blockedBF16:
      let cell = layout.cellFloats
      self.init(column: cell, row: width * cell, channel: 1, block: height * width * cell)
    }
  }
}
