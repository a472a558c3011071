extension PoolingTile {
  /// What the generated code computes, in Swift; squares are rounded before they are added.
  @unsafe func run<Cells: CellFormat>(_ arguments: PoolingArguments, _: Cells.Type) {
    typealias V = Cells.Lanes
    let float = MemoryLayout<Float>.stride
    let (tapStep, rowSkip) = (arguments.tapStep / float, arguments.rowSkip / float)
    // Addresses of floats that the caller has taken from the maps and the table of counts.
    guard let source = unsafe UnsafePointer<Float>(bitPattern: arguments.source),
      let destination = unsafe UnsafeMutablePointer<Float>(bitPattern: arguments.destination)
    else { return }
    let counts = unsafe UnsafePointer<Float>(bitPattern: arguments.counts)
    for position in 0..<positions {
      var sum = V(repeating: arguments.initial)
      var squares = sum
      var offset = position * stride * Cells.floats
      for _ in 0..<arguments.rowCount {
        for _ in 0..<arguments.tapCount {
          let value = unsafe Cells.load(source + offset)
          switch gathering {
          case .largest: sum = sum.larger(value)
          case .mean: sum = sum + value
          case .stochastic:
            sum = sum + value
            squares = squares + value * value
          }
          offset += tapStep
        }
        offset += rowSkip
      }
      switch gathering {
      case .largest: break
      case .mean:
        if let counts = unsafe counts { sum = sum / V(repeating: unsafe counts[position]) }
      case .stochastic:
        let zero = V(repeating: 0)
        sum = (squares / sum).replacing(with: zero, where: sum .== zero)
      }
      unsafe Cells.store(sum, to: destination + position * Cells.floats)
    }
  }
}
