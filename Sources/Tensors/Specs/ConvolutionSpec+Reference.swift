extension ConvolutionSpec {
  /// Bias first, then channel, row and column of the window, in double.
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let bias = hasBias ? parameters[1] : nil
    if transposed {
      scatter(inputs[0], parameters[0], bias, output)
    } else if isFlat, let input = flat(inputs[0].shape), let result = flat(output.shape) {
      gather(inputs[0].reshaped(input), parameters[0], bias, output.reshaped(result))
    } else {
      gather(inputs[0], parameters[0], bias, output)
    }
  }

  /// Whether the positions are independent: then the map may as well be one long row.
  private var isFlat: Bool {
    kernel == .one && stride == .one
      && (padding == .explicit(.zero) || padding == .sameTF)
  }

  private func flat(_ shape: Shape) -> Shape? { Shape(shape.n, shape.c, 1, shape.h * shape.w) }

  /// y[o, h, w] = sum over c, i, j of x[c, h·s + i·r − p, w·s + j·r − p] · weight[o, c, i, j].
  private func gather(
    _ input: TensorView, _ weight: TensorView, _ bias: TensorView?, _ output: MutableTensorView
  ) {
    let (source, destination) = (input.shape, output.shape)
    let rows = slidingWindow.axis(.height, input: source.h, output: destination.h)
    let columns = slidingWindow.axis(.width, input: source.w, output: destination.w)
    let (inside, outside) = (source.c / groups, outputChannels / groups)
    let sum = AccumulatorRow()
    for stretch in AccumulatorRow.stretches(of: destination.w) {
      let reads = RowRead.all(columns, in: stretch)
      for n in 0..<destination.n {
        for o in 0..<outputChannels {
          let firstChannel = o / outside * inside
          for y in 0..<destination.h {
            sum.fill(bias.map { Double($0[o]) } ?? 0, count: stretch.count)
            let taps = rows.taps(at: y)
            for c in 0..<inside {
              for i in taps {
                let row = input.index(n, firstChannel + c, rows.cell(at: y, tap: i), 0)
                let weights = weight.index(o, c, i, 0)
                for read in reads {
                  let factor = Double(weight[weights + read.tap])
                  sum.update(
                    read.column, from: input, at: row + read.cell, step: columns.stride,
                    count: read.count
                  ) { $0 += factor * $1 }
                }
              }
            }
            sum.store(
              into: output, at: output.index(n, o, y, stretch.lowerBound), count: stretch.count)
          }
        }
      }
    }
  }

  /// y[o, h·s + i·r − p, w·s + j·r − p] sums x[c, h, w] · weight[c, o, i, j].
  private func scatter(
    _ input: TensorView, _ weight: TensorView, _ bias: TensorView?, _ output: MutableTensorView
  ) {
    let (source, destination) = (input.shape, output.shape)
    let rows = slidingWindow.axis(.height, input: destination.h, output: source.h)
    let columns = slidingWindow.axis(.width, input: destination.w, output: source.w)
    let (inside, outside) = (source.c / groups, outputChannels / groups)
    let sum = AccumulatorRow()
    for stretch in AccumulatorRow.stretches(of: destination.w) {
      let writes = RowWrite.all(columns, in: stretch)
      for n in 0..<destination.n {
        for o in 0..<outputChannels {
          let firstChannel = o / outside * inside
          for y in 0..<destination.h {
            sum.fill(bias.map { Double($0[o]) } ?? 0, count: stretch.count)
            let reads = (0..<rows.kernel).compactMap { tap in
              rows.position(writing: y, tap: tap).map { (tap: tap, row: $0) }
            }
            for c in 0..<inside {
              for (i, h) in reads {
                let row = input.index(n, firstChannel + c, h, 0)
                let weights = weight.index(firstChannel + c, o % outside, i, 0)
                for write in writes {
                  let factor = Double(weight[weights + write.tap])
                  sum.update(
                    write.column, every: columns.stride, from: input, at: row + write.cell,
                    count: write.count
                  ) { $0 += factor * $1 }
                }
              }
            }
            sum.store(
              into: output, at: output.index(n, o, y, stretch.lowerBound), count: stretch.count)
          }
        }
      }
    }
  }
}

/// What one tap reads for a stretch of output columns: `count` cells from `cell` on.
struct RowRead {
  let tap: Int
  /// The first column, counted from the beginning of the stretch.
  let column: Int
  let cell: Int
  let count: Int

  /// The reads of every tap that reads the map at all.
  static func all(_ window: WindowAxis, in stretch: Range<Int>) -> [RowRead] {
    let first = window.taps(at: stretch.upperBound - 1).lowerBound
    let last = window.taps(at: stretch.lowerBound).upperBound
    guard first < last else { return [] }
    return (first..<last).compactMap { tap in
      let columns = window.positions(of: tap).clamped(to: stretch)
      guard !columns.isEmpty else { return nil }
      return RowRead(
        tap: tap, column: columns.lowerBound - stretch.lowerBound,
        cell: window.cell(at: columns.lowerBound, tap: tap), count: columns.count)
    }
  }
}

/// What one tap writes into a stretch of output columns: `count` cells from `cell` on, one every
/// stride columns.
struct RowWrite {
  let tap: Int
  /// The first column, counted from the beginning of the stretch.
  let column: Int
  let cell: Int
  let count: Int

  static func all(_ window: WindowAxis, in stretch: Range<Int>) -> [RowWrite] {
    (0..<window.kernel).compactMap { tap in
      let first = tap * window.rate - window.before
      let lower = max(0, ceilDivide(stretch.lowerBound - first, window.stride))
      let upper = min(
        window.output - 1, floorDivide(stretch.upperBound - 1 - first, window.stride))
      guard lower <= upper else { return nil }
      return RowWrite(
        tap: tap, column: window.cell(at: lower, tap: tap) - stretch.lowerBound, cell: lower,
        count: upper - lower + 1)
    }
  }
}

extension WindowAxis {
  /// The position from which a tap of a transposed window writes a cell, where there is one.
  func position(writing cell: Int, tap: Int) -> Int? {
    let shifted = cell + before - tap * rate
    guard shifted >= 0, shifted % stride == 0, shifted / stride < output else { return nil }
    return shifted / stride
  }
}
