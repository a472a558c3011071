import Tensors

/// Maps cut into parts of about one size: several blocks or planes of an image, or a band of one.
struct PartGrid: Hashable, Sendable {
  /// Cells that are one part at least.
  private static let floats = 1 << 15

  /// Blocks or planes of an image, and cells of each.
  let units: Int
  let cells: Int
  private let unitsPerPart: Int
  private let cellsPerPart: Int
  let count: Int

  /// `lanes` floats a cell.
  init(images: Int, units: Int, cells: Int, lanes: Int) {
    self.units = units
    self.cells = cells
    let wanted = max(1, Self.floats / lanes)
    cellsPerPart = min(cells, wanted)
    unitsPerPart = min(units, max(1, wanted / cells))
    count = images * ceilDivide(units, unitsPerPart) * ceilDivide(cells, cellsPerPart)
  }

  func part(_ index: Int) -> (image: Int, units: Range<Int>, cells: Range<Int>) {
    let (rest, band) = index.quotientAndRemainder(dividingBy: ceilDivide(cells, cellsPerPart))
    let (image, group) = rest.quotientAndRemainder(dividingBy: ceilDivide(units, unitsPerPart))
    let (unit, cell) = (group * unitsPerPart, band * cellsPerPart)
    return (
      image, unit..<min(unit + unitsPerPart, units), cell..<min(cell + cellsPerPart, cells)
    )
  }
}
