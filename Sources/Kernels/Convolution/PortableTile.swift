/// Tiles on Swift's own vectors, of eight lanes: what the generated code does, without fused
/// operations.
///
/// Addresses are the caller's: arguments lead to the memory of a tile, as they do for the code.
enum PortableTile {
  typealias Vector = SIMD8<Float>
  /// Sums of one block that processors of many kinds hold in registers.
  static let positions = 6

  @unsafe static func run(_ tile: ConvolutionTile, _ arguments: inout TileArguments) {
    let form = tile.form
    for _ in 0..<arguments.lineCount {
      var (source, place) = (arguments.source, arguments.place)
      for _ in 0..<arguments.tileCount {
        switch tile {
        case .dense(let dense): unsafe run(dense, arguments, source, place)
        case .depthwise(let depthwise): unsafe run(depthwise, arguments, source, place)
        }
        source += form.positions * form.sourceStep
        place += form.positions * form.destinationStep
      }
      arguments.source += arguments.lineSource
      arguments.place += arguments.linePlace
    }
  }

  // MARK: Dense tiles

  /// One block of output.
  @unsafe private static func run(
    _ tile: DenseTile, _ arguments: TileArguments, _ source: Int, _ place: Int
  ) {
    let form = tile.form
    let start = unsafe vector(arguments.bias)
    var sums = (start, start, start, start, start, start)
    if arguments.continues != 0 {
      let first = arguments.start + place
      let step = form.destinationStep
      sums.0 = unsafe vector(first)
      if form.positions > 1 { unsafe sums.1 = vector(first + step) }
      if form.positions > 2 { unsafe sums.2 = vector(first + 2 * step) }
      if form.positions > 3 { unsafe sums.3 = vector(first + 3 * step) }
      if form.positions > 4 { unsafe sums.4 = vector(first + 4 * step) }
      if form.positions > 5 { unsafe sums.5 = vector(first + 5 * step) }
    }
    if arguments.rowCount > 0 {
      var (cell, weights) = (source, arguments.weights)
      let rows = arguments.rowCount
      if arguments.firstCount > 0 {
        weights += arguments.firstBefore
        unsafe blocks(tile, 1, tile.firstLanes, rows, 0, 0, &cell, &weights, &sums)
        cell += arguments.sourceSkip
        weights += arguments.firstAfter
      }
      weights += arguments.before
      let after = arguments.before + arguments.after
      unsafe blocks(
        tile, arguments.blockCount, 0..<form.isa.lanes, rows, arguments.sourceSkip, after, &cell,
        &weights, &sums)
      weights += arguments.lastBefore - arguments.before
      if arguments.lastCount > 0 {
        unsafe blocks(tile, 1, tile.lastLanes, rows, 0, 0, &cell, &weights, &sums)
      }
    }
    unsafe store(sums.0, 0, place, form, arguments)
    if form.positions > 1 { unsafe store(sums.1, 1, place, form, arguments) }
    if form.positions > 2 { unsafe store(sums.2, 2, place, form, arguments) }
    if form.positions > 3 { unsafe store(sums.3, 3, place, form, arguments) }
    if form.positions > 4 { unsafe store(sums.4, 4, place, form, arguments) }
    if form.positions > 5 { unsafe store(sums.5, 5, place, form, arguments) }
  }

  private typealias Sums = (Vector, Vector, Vector, Vector, Vector, Vector)

  /// Every live row of the window over some channels of blocks.
  @unsafe private static func blocks(
    _ tile: DenseTile, _ count: Int, _ channels: Range<Int>, _ rows: Int, _ sourceSkip: Int,
    _ weightSkip: Int, _ cell: inout Int, _ weights: inout Int, _ sums: inout Sums
  ) {
    let form = tile.form
    let tapBytes = channels.count * form.vectorBytes
    let start = channels.lowerBound * tile.channelStep
    let runs = tile.runs
    for _ in 0..<count {
      for _ in 0..<rows {
        for run in runs {
          for tap in run.taps {
            let first = cell + tap * tile.tapStep + start
            let place = weights + tap * tapBytes
            if run.positions == 0..<positions {
              unsafe all(
                channels.count, first, tile.channelStep, form.sourceStep, place,
                form.vectorBytes, &sums)
            } else {
              unsafe some(
                run.positions, channels.count, first, tile.channelStep, form.sourceStep, place,
                form.vectorBytes, &sums)
            }
          }
        }
        cell += tile.rowStep
        weights += tile.kernelWidth * tapBytes
      }
      cell += sourceSkip
      weights += weightSkip
    }
  }

  /// Channels at one tap, for a whole tile.
  @unsafe @inline(__always) private static func all(
    _ channels: Int, _ first: Int, _ channelStep: Int, _ step: Int, _ weights: Int,
    _ weightStep: Int, _ sums: inout Sums
  ) {
    guard var cell = unsafe UnsafeRawPointer(bitPattern: first),
      var place = unsafe UnsafeRawPointer(bitPattern: weights)
    else { preconditionFailure("no map lies at address 0") }
    var (a, b, c, d, e, f) = sums
    let (two, three, four, five) = (2 * step, 3 * step, 4 * step, 5 * step)
    for _ in 0..<channels {
      let weight = unsafe place.loadUnaligned(as: Vector.self)
      unsafe a += weight * cell.loadUnaligned(as: Float.self)
      unsafe b += weight * cell.loadUnaligned(fromByteOffset: step, as: Float.self)
      unsafe c += weight * cell.loadUnaligned(fromByteOffset: two, as: Float.self)
      unsafe d += weight * cell.loadUnaligned(fromByteOffset: three, as: Float.self)
      unsafe e += weight * cell.loadUnaligned(fromByteOffset: four, as: Float.self)
      unsafe f += weight * cell.loadUnaligned(fromByteOffset: five, as: Float.self)
      unsafe cell += channelStep
      unsafe place += weightStep
    }
    sums = (a, b, c, d, e, f)
  }

  /// The same for some positions.
  @unsafe private static func some(
    _ positions: Range<Int>, _ channels: Int, _ first: Int, _ channelStep: Int, _ step: Int,
    _ weights: Int, _ weightStep: Int, _ sums: inout Sums
  ) {
    guard let cells = unsafe UnsafeRawPointer(bitPattern: first),
      let weights = unsafe UnsafeRawPointer(bitPattern: weights)
    else { preconditionFailure("no map lies at address 0") }
    // A tuple of six vectors is six vectors side by side, of which positions are some.
    unsafe withUnsafeMutableBytes(of: &sums) { bytes in
      let sums = unsafe bytes.bindMemory(to: Vector.self)
      var position = positions.lowerBound
      while position < positions.upperBound {
        var (cell, place) = unsafe (cells + position * step, weights)
        var a = unsafe sums[position]
        if position + 3 <= positions.upperBound {
          var (b, c) = unsafe (sums[position + 1], sums[position + 2])
          let two = 2 * step
          for _ in 0..<channels {
            let weight = unsafe place.loadUnaligned(as: Vector.self)
            unsafe a += weight * cell.loadUnaligned(as: Float.self)
            unsafe b += weight * cell.loadUnaligned(fromByteOffset: step, as: Float.self)
            unsafe c += weight * cell.loadUnaligned(fromByteOffset: two, as: Float.self)
            unsafe cell += channelStep
            unsafe place += weightStep
          }
          unsafe (sums[position + 1], sums[position + 2]) = (b, c)
          unsafe sums[position] = a
          position += 3
        } else {
          for _ in 0..<channels {
            unsafe a +=
              place.loadUnaligned(as: Vector.self) * cell.loadUnaligned(as: Float.self)
            unsafe cell += channelStep
            unsafe place += weightStep
          }
          unsafe sums[position] = a
          position += 1
        }
      }
    }
  }

  // MARK: Depthwise tiles

  @unsafe private static func run(
    _ tile: DepthwiseTile, _ arguments: TileArguments, _ source: Int, _ place: Int
  ) {
    let form = tile.form
    for position in 0..<form.positions {
      var sum = unsafe vector(arguments.bias)
      var (cell, weights) = (source + position * form.sourceStep, arguments.weights)
      for _ in 0..<arguments.rowCount {
        for run in tile.runs where run.positions.contains(position) {
          for tap in run.taps {
            unsafe sum +=
              vector(weights + tap * form.vectorBytes)
              * vector(cell + tap * tile.rate * form.vectorBytes)
          }
        }
        cell += tile.rowStep
        weights += tile.kernelWidth * form.vectorBytes
      }
      unsafe store(sum, position, place, form, arguments)
    }
  }

  // MARK: Memory

  @unsafe private static func store(
    _ sum: Vector, _ position: Int, _ place: Int, _ form: TileForm, _ arguments: TileArguments
  ) {
    let address = arguments.destination + place + position * form.destinationStep
    guard let cell = unsafe UnsafeMutablePointer<Float>(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    if form.isMasked {
      let mask = unsafe vector(arguments.masks)
      for lane in 0..<Vector.scalarCount where mask[lane].bitPattern != 0 {
        unsafe cell[lane] = sum[lane]
      }
    } else {
      unsafe UnsafeMutableRawPointer(cell).storeBytes(of: sum, as: Vector.self)
    }
  }

  @unsafe @inline(__always) static func vector(_ address: Int) -> Vector {
    guard let place = unsafe UnsafeRawPointer(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    return unsafe place.loadUnaligned(as: Vector.self)
  }

  @unsafe @inline(__always) private static func float(_ address: Int) -> Vector {
    guard let place = unsafe UnsafePointer<Float>(bitPattern: address) else {
      preconditionFailure("no map lies at address 0")
    }
    return unsafe Vector(repeating: place.pointee)
  }
}
