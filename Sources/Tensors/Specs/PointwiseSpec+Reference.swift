extension PointwiseSpec {
  package func reference(
    _ call: Call, inputs: [TensorView], parameters: [TensorView], output: MutableTensorView
  ) {
    let shape = output.shape
    var rows = ScalarRows(depth: expression.depth, capacity: min(shape.w, 1024))
    for first in stride(from: 0, to: shape.w, by: 1024) {
      rows.count = min(1024, shape.w - first)
      for n in 0..<shape.n {
        for c in 0..<shape.c {
          rows.parameters = parameters.map { Double($0[c]) }
          for y in 0..<shape.h {
            rows.inputs = inputs.map { input in
              // Where an extent is 1, every position reads the one cell.
              let row = input.index(n, min(c, input.shape.c - 1), min(y, input.shape.h - 1), 0)
              return input.shape.w == 1
                ? .init(view: input, start: row, step: 0)
                : .init(view: input, start: row + first, step: 1)
            }
            rows.evaluate(expression, 0)
            let start = output.index(n, c, y, first)
            for x in 0..<rows.count { output.set(start + x, Float(rows[x])) }
          }
        }
      }
    }
  }
}
