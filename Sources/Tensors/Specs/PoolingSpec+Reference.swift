extension PoolingSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let (input, source) = (inputs[0], inputs[0].shape)
    switch region {
    case .window:
      guard let window else { preconditionFailure("a window region has a window") }
      slide(window, input, output)
    case .global:
      pool(bins: 1, 1, input, output)
    case .adaptive(let size):
      pool(bins: size.height, size.width, input, output)
    case .spp(let levels, let rule):
      for n in 0..<source.n {
        var next = n * output.shape.c
        for bins in levels {
          let rows = rule.cells(bins: bins, size: source.h)
          let columns = rule.cells(bins: bins, size: source.w)
          pool(rows, columns, input, image: n, output, at: next)
          next += source.c * bins * bins
        }
      }
    case .roi(let levels, let strideHeight, let strideWidth, let offset):
      precondition(source.n == 1, "windows are of one image")
      for window in 0..<inputs[1].shape.n {
        let sides = (0..<4).map { Double(inputs[1][window * 4 + $0]) - offset }
        let width = strideWidth.cells(from: sides[0], to: sides[2], of: source.w)
        let height = strideHeight.cells(from: sides[1], to: sides[3], of: source.h)
        var next = window * output.shape.c
        for bins in levels {
          let rows = (0..<bins).map { BinRule.adaptiveCells($0, of: bins, in: height) }
          let columns = (0..<bins).map { BinRule.adaptiveCells($0, of: bins, in: width) }
          pool(rows, columns, input, image: 0, output, at: next)
          next += source.c * bins * bins
        }
      }
    }
  }

  private func slide(_ window: Window, _ input: TensorView, _ output: MutableTensorView) {
    let (source, destination) = (input.shape, output.shape)
    let rows = window.axis(.height, input: source.h, output: destination.h)
    let columns = window.axis(.width, input: source.w, output: destination.w)
    let sum = AccumulatorRow()
    let squares = AccumulatorRow()
    for stretch in AccumulatorRow.stretches(of: destination.w) {
      let reads = RowRead.all(columns, in: stretch)
      for plane in 0..<destination.n * destination.c {
        for y in 0..<destination.h {
          sum.fill(kind == .max ? -.infinity : 0, count: stretch.count)
          squares.fill(0, count: stretch.count)
          for i in rows.taps(at: y) {
            let row = (plane * source.h + rows.cell(at: y, tap: i)) * source.w
            for read in reads {
              add(
                input, at: row + read.cell, step: columns.stride, count: read.count, sum, squares,
                column: read.column)
            }
          }
          finish(sum, squares, stretch, rows: rows, y: y, columns: columns)
          sum.store(
            into: output, at: (plane * destination.h + y) * destination.w + stretch.lowerBound,
            count: stretch.count)
        }
      }
    }
  }

  private func add(
    _ input: TensorView, at start: Int, step: Int, count: Int, _ sum: borrowing AccumulatorRow,
    _ squares: borrowing AccumulatorRow, column: Int
  ) {
    switch kind {
    case .max:
      sum.update(column, from: input, at: start, step: step, count: count) {
        if $1 > $0 || $1.isNaN { $0 = $1 }
      }
    case .average:
      sum.update(column, from: input, at: start, step: step, count: count) { $0 += $1 }
    case .stochastic:
      sum.update(column, from: input, at: start, step: step, count: count) { $0 += $1 }
      squares.update(column, from: input, at: start, step: step, count: count) { $0 += $1 * $1 }
    }
  }

  private func finish(
    _ sum: borrowing AccumulatorRow, _ squares: borrowing AccumulatorRow, _ stretch: Range<Int>,
    rows: WindowAxis, y: Int, columns: WindowAxis
  ) {
    switch kind {
    case .max: break
    case .stochastic:
      sum.update(with: squares, count: stretch.count) { $0 = $0 == 0 ? 0 : $1 / $0 }
    case .average(let countIncludePad):
      let taken = countIncludePad ? rows.paddedTaps(at: y).count : rows.taps(at: y).count
      for x in stretch {
        let across = countIncludePad ? columns.paddedTaps(at: x) : columns.taps(at: x)
        let cells = taken * across.count
        sum[x - stretch.lowerBound] /= Double(max(cells, 1))
      }
    }
  }

  /// Adaptive bins of the whole map.
  private func pool(
    bins height: Int, _ width: Int, _ input: TensorView, _ output: MutableTensorView
  ) {
    let rows = BinRule.adaptive.cells(bins: height, size: input.shape.h)
    let columns = BinRule.adaptive.cells(bins: width, size: input.shape.w)
    for n in 0..<input.shape.n {
      pool(rows, columns, input, image: n, output, at: n * input.shape.c * height * width)
    }
  }

  /// Writes channel, row and column of the bins of one image from `start` on.
  private func pool(
    _ rows: [BinCells], _ columns: [BinCells], _ input: TensorView, image: Int,
    _ output: MutableTensorView, at start: Int
  ) {
    var next = start
    for c in 0..<input.shape.c {
      for row in rows {
        for column in columns {
          output.set(next, bin(row, column, input, input.index(image, c, 0, 0)))
          next += 1
        }
      }
    }
  }

  private func bin(
    _ rows: BinCells, _ columns: BinCells, _ input: TensorView, _ plane: Int
  ) -> Float {
    var largest = -Double.infinity
    var (sum, squares) = (0.0, 0.0)
    for y in rows.cells {
      for x in columns.cells {
        let value = Double(input[plane + y * input.shape.w + x])
        if value > largest || value.isNaN { largest = value }
        sum += value
        squares += value * value
      }
    }
    switch kind {
    case .max: return Float(largest)
    case .stochastic: return sum == 0 ? 0 : Float(squares / sum)
    case .average(let countIncludePad):
      let cells =
        countIncludePad
        ? rows.paddedCount * columns.paddedCount : rows.cells.count * columns.cells.count
      return Float(sum / Double(cells))
    }
  }
}

extension Rational {
  /// The cells whose centres lie strictly inside a window: floor(x1/S) + 1 through ceil(x2/S) − 1
  /// (He et al. 2014, appendix A), inside the map and at least one.
  package func cells(from first: Double, to last: Double, of size: Int) -> Range<Int> {
    // One rounding, of the quotient: a whole number of cells comes out whole.
    func quotient(_ pixel: Double) -> Double {
      pixel * Double(denominator) / Double(numerator)
    }
    // Clamped before the conversion, so that no coordinate fails; NaN is the first cell.
    func cell(_ position: Double) -> Int {
      position.isNaN ? 0 : Int(min(max(position, 0), Double(size - 1)))
    }
    let lower = cell(quotient(first).rounded(.down) + 1)
    let upper = cell(quotient(last).rounded(.up) - 1)
    return lower..<max(lower, upper) + 1
  }
}
