/// The functions of a tiling's tiles.
struct WinogradCode: Sendable {
  let product: WinogradProduct
  let filter: KernelCode
  /// `[rows][columns]` of the kinds of tiles.
  let input: [[KernelCode]]
  let output: [[KernelCode]]

  private static let points = CodeCache<PointTransform>()
  private static let outputs = CodeCache<OutputTransform>()

  /// Nil where the system gives no executable memory.
  init?(_ tiling: WinogradTiling, _ ending: TileEnding) {
    guard let product = WinogradProduct(tiling),
      let filter = Self.points.code(for: tiling.filterTransform, generate: { $0.code() })
    else { return nil }
    let (rows, columns) = (tiling.rows, tiling.columns)
    let input = rows.inputs.map { row in
      columns.inputs.compactMap { column in
        Self.points.code(for: tiling.inputTransform(rows: row, columns: column)) { $0.code() }
      }
    }
    let output = rows.outputs.map { row in
      columns.outputs.compactMap { column in
        Self.outputs.code(for: tiling.outputTransform(rows: row, columns: column, ending)) {
          $0.code()
        }
      }
    }
    guard input.allSatisfy({ $0.count == columns.inputs.count }),
      output.allSatisfy({ $0.count == columns.outputs.count })
    else { return nil }
    self.product = product
    self.filter = filter
    self.input = input
    self.output = output
  }
}
