import Tensors

/// Products of blocked matrices with one number of terms: y = a · b, as `MatrixTile` lays them out.
struct MatrixProduct: Sendable {
  let isa: VectorISA
  let terms: Int
  /// As `index` says; nil where none is needed, nothing is generated or the system gives no
  /// executable memory.
  private var codes: [KernelCode?] = []

  private static let cache = CodeCache<MatrixTile>()
  /// Terms that are summed at a time, so that the rows of b that tiles share stay in a cache; a
  /// multiple of the lanes.
  private static let stretch = 512

  /// `rows` are the numbers of rows that products have.
  init(_ isa: VectorISA, terms: Int, rows: Set<Int>) {
    self.isa = isa
    self.terms = terms
    guard isa.isGenerated, !rows.isEmpty else { return }
    codes = [KernelCode?](
      repeating: nil, count: 4 * MatrixTile.mostBlocks * (MatrixTile.largest(isa) + 1))
    for first in stride(from: 0, to: terms, by: Self.stretch) {
      for positions in Set(rows.flatMap { Self.pieces($0, isa).map(\.count) }) {
        for blocks in 1...MatrixTile.mostBlocks {
          let tile = tile(positions, blocks, from: first)
          codes[index(tile, from: first)] = Self.cache.code(for: tile) { $0.code() }
        }
      }
    }
  }

  private func isLast(_ first: Int) -> Bool { first + Self.stretch >= terms }

  private func tile(_ positions: Int, _ blocks: Int, from first: Int) -> MatrixTile {
    MatrixTile(
      isa: isa, positions: positions, blocks: blocks,
      lastTerms: isLast(first) ? terms % isa.lanes : 0, adds: first > 0)
  }

  /// By the stretch of terms, the blocks and the positions of a tile.
  private func index(_ tile: MatrixTile, from first: Int) -> Int {
    let kind = (tile.adds ? 2 : 0) + (isLast(first) ? 1 : 0)
    return (kind * MatrixTile.mostBlocks + tile.blocks - 1) * (MatrixTile.largest(isa) + 1)
      + tile.positions
  }

  /// Rows in tiles as even as they can be.
  private static func pieces(_ count: Int, _ isa: VectorISA) -> [Range<Int>] {
    (0..<count).parts(ceilDivide(count, MatrixTile.largest(isa)))
  }

  /// Steps are floats from one block to the next. Every block of a and y has `rows` rows from its
  /// pointer on, every block of b `terms`.
  @unsafe func run(
    a: UnsafePointer<Float>, aStep: Int, b: UnsafePointer<Float>, bStep: Int,
    y: UnsafeMutablePointer<Float>, yStep: Int, blocks: Int, rows: Int
  ) {
    let (float, lanes) = (MemoryLayout<Float>.stride, isa.lanes)
    let pieces = ceilDivide(rows, MatrixTile.largest(isa))
    for term in stride(from: 0, to: terms, by: Self.stretch) {
      for block in stride(from: 0, to: blocks, by: MatrixTile.mostBlocks) {
        let count = min(MatrixTile.mostBlocks, blocks - block)
        for piece in 0..<pieces {
          let some = (0..<rows).part(piece, of: pieces)
          let (first, tile) = (some.lowerBound, tile(some.count, count, from: term))
          // Rows, blocks and terms are below their numbers.
          var arguments = MatrixArguments(
            a: UInt(bitPattern: unsafe a + term / lanes * aStep + first * lanes),
            b: UInt(bitPattern: unsafe b + block * bStep + term * lanes),
            y: UInt(bitPattern: unsafe y + block * yStep + first * lanes),
            blockCount: min(Self.stretch, terms - term) / lanes, aStep: aStep * float,
            bStep: bStep * float, yStep: yStep * float)
          if let code = codes.isEmpty ? nil : codes[index(tile, from: term)] {
            unsafe code.run(&arguments)
          } else if lanes == 16 {
            unsafe tile.run(arguments, SIMD16<Float>.self)
          } else {
            unsafe tile.run(arguments, SIMD8<Float>.self)
          }
        }
      }
    }
  }
}

extension MatrixTile {
  /// What the generated code computes, in Swift; products are rounded before they are added.
  @unsafe func run<V: LaneVector>(_ arguments: MatrixArguments, _: V.Type) {
    let (float, lanes) = (MemoryLayout<Float>.stride, V.scalarCount)
    // Addresses of floats that the caller has taken from its matrices.
    guard let a = unsafe UnsafePointer<Float>(bitPattern: arguments.a),
      let b = unsafe UnsafePointer<Float>(bitPattern: arguments.b),
      let y = unsafe UnsafeMutablePointer<Float>(bitPattern: arguments.y)
    else { return }
    let terms = arguments.blockCount * lanes + lastTerms
    for block in 0..<blocks {
      let rows = unsafe b + block * arguments.bStep / float
      let target = unsafe y + block * arguments.yStep / float
      for first in stride(from: 0, to: positions, by: 2) {
        // An odd last row is computed twice.
        let second = min(first + 1, positions - 1)
        let zero = V(repeating: 0)
        var sum = unsafe adds ? V(at: target + first * lanes) : zero
        var other = unsafe adds ? V(at: target + second * lanes) : zero
        for term in 0..<terms {
          let cell = unsafe a + term / lanes * arguments.aStep / float + term % lanes
          let row = unsafe V(at: rows + term * lanes)
          sum = sum + row * V(repeating: unsafe cell[first * lanes])
          other = other + row * V(repeating: unsafe cell[second * lanes])
        }
        unsafe sum.store(to: target + first * lanes)
        unsafe other.store(to: target + second * lanes)
      }
    }
  }
}
