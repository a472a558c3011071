import Glibc

extension ReductionSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    switch self {
    case .softmax: softmax(inputs[0], output)
    case .argmax: argmax(inputs[0], output)
    case .responseNormalization(let normalization):
      normalization.reference(inputs[0], output)
    }
  }

  private func softmax(_ input: TensorView, _ output: MutableTensorView) {
    let (channels, positions) = (input.shape.c, input.shape.h * input.shape.w)
    let largest = AccumulatorRow()
    let sum = AccumulatorRow()
    let row = AccumulatorRow()
    for n in 0..<input.shape.n {
      for stretch in AccumulatorRow.stretches(of: positions) {
        let count = stretch.count
        let first = n * channels * positions + stretch.lowerBound
        largest.fill(-.infinity, count: count)
        for c in 0..<channels {
          largest.update(from: input, at: first + c * positions, count: count) {
            if $1 > $0 || $1.isNaN { $0 = $1 }
          }
        }
        sum.fill(0, count: count)
        for c in 0..<channels {
          power(row, input, first + c * positions, largest, count: count)
          sum.update(with: row, count: count) { $0 += $1 }
        }
        for c in 0..<channels {
          power(row, input, first + c * positions, largest, count: count)
          row.update(with: sum, count: count) { $0 /= $1 }
          row.store(into: output, at: first + c * positions, count: count)
        }
      }
    }
  }

  /// exp(x − largest) of one channel.
  private func power(
    _ row: borrowing AccumulatorRow, _ input: TensorView, _ start: Int,
    _ largest: borrowing AccumulatorRow, count: Int
  ) {
    row.update(from: input, at: start, count: count) { $0 = $1 }
    row.update(with: largest, count: count) { $0 = exp($0 - $1) }
  }

  /// The first channel with the largest value; the first NaN where there is one, as in PyTorch.
  private func argmax(_ input: TensorView, _ output: MutableTensorView) {
    let (channels, positions) = (input.shape.c, input.shape.h * input.shape.w)
    for n in 0..<input.shape.n {
      for position in 0..<positions {
        let first = n * channels * positions + position
        var best = 0
        for c in 1..<max(channels, 1) {
          let (value, largest) = (input[first + c * positions], input[first + best * positions])
          if value > largest || (value.isNaN && !largest.isNaN) { best = c }
        }
        output.set(n * positions + position, Float(best))
      }
    }
  }
}

extension ResponseNormalization {
  fileprivate func reference(_ input: TensorView, _ output: MutableTensorView) {
    let sum = AccumulatorRow()
    let row = AccumulatorRow()
    let shape = input.shape
    for stretch in AccumulatorRow.stretches(of: shape.w) {
      for n in 0..<shape.n {
        for c in 0..<shape.c {
          for y in 0..<shape.h {
            sum.fill(0, count: stretch.count)
            acrossChannels
              ? sumChannels(sum, input, n, c, y, stretch) : sumCells(sum, input, n, c, y, stretch)
            let index = input.index(n, c, y, stretch.lowerBound)
            row.update(from: input, at: index, count: stretch.count) { $0 = $1 }
            row.update(with: sum, count: stretch.count) {
              $0 /= pow(k + factor * $1, beta)
            }
            row.store(into: output, at: index, count: stretch.count)
          }
        }
      }
    }
  }

  /// Indices of the window of one cell, or channel, that exist.
  private func window(_ center: Int, of count: Int) -> Range<Int> {
    max(0, center - before)..<min(count, center - before + size)
  }

  private func sumChannels(
    _ sum: borrowing AccumulatorRow, _ input: TensorView, _ n: Int, _ c: Int, _ y: Int,
    _ stretch: Range<Int>
  ) {
    for channel in window(c, of: input.shape.c) {
      sum.update(
        from: input, at: input.index(n, channel, y, stretch.lowerBound), count: stretch.count
      ) { $0 += $1 * $1 }
    }
  }

  private func sumCells(
    _ sum: borrowing AccumulatorRow, _ input: TensorView, _ n: Int, _ c: Int, _ y: Int,
    _ stretch: Range<Int>
  ) {
    for row in window(y, of: input.shape.h) {
      for x in stretch {
        for column in window(x, of: input.shape.w) {
          let value = Double(input[input.index(n, c, row, column)])
          sum[x - stretch.lowerBound] += value * value
        }
      }
    }
  }
}
