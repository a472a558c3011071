import Tensors

/// A map cut into parts of one image, one block of channels and a band of rows.
///
/// It depends on the sizes alone, so that results do not depend on threads.
struct MapParts: Hashable, Sendable {
  let images: Int
  let blocks: Int
  let rows: Int
  /// Rows of every band but the last.
  let bandRows: Int

  /// Floats that a part should touch: enough to be worth its start, few enough for many parts.
  private static let floats = 1 << 15

  /// `rowFloats` are those that one row reads and writes.
  init(images: Int, blocks: Int, rows: Int, rowFloats: Int) {
    self.images = images
    self.blocks = blocks
    self.rows = rows
    bandRows = max(1, min(rows, Self.floats / max(1, rowFloats)))
  }

  private var bands: Int { ceilDivide(rows, bandRows) }
  var count: Int { images * blocks * bands }

  subscript(part: Int) -> (image: Int, block: Int, rows: Range<Int>) {
    let (plane, band) = part.quotientAndRemainder(dividingBy: bands)
    let first = band * bandRows
    return (plane / blocks, plane % blocks, first..<min(first + bandRows, rows))
  }
}
