extension ResizeSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let (source, destination) = (inputs[0].shape, output.shape)
    let rows = samples(.height, input: source.h, output: destination.h)
    let columns = samples(.width, input: source.w, output: destination.w)
    for plane in 0..<source.n * source.c {
      for (y, row) in rows.enumerated() {
        let low = (plane * source.h + row.low) * source.w
        let high = (plane * source.h + row.high) * source.w
        for (x, column) in columns.enumerated() {
          let index = (plane * destination.h + y) * destination.w + x
          if mode == .nearest {
            output.set(index, inputs[0][low + column.low])
            continue
          }
          let above = column.mix(inputs[0][low + column.low], inputs[0][low + column.high])
          let below = column.mix(inputs[0][high + column.low], inputs[0][high + column.high])
          output.set(index, Float((1 - row.weight) * above + row.weight * below))
        }
      }
    }
  }
}

extension GridSample {
  fileprivate func mix(_ low: Float, _ high: Float) -> Double {
    (1 - weight) * Double(low) + weight * Double(high)
  }
}
