import Emulation
import InstructionOracle
import Testing

/// SSE, AVX, x87 and XSAVE: this processor executes the same bytes with the same registers and memory.
@Suite(
  .enabled(
    if: NativeTests.processor.contains(.avx) && Trial.components & 6 == 6,
    "needs a processor with AVX"))
struct NativeVectorTests {
  /// One instruction: memory operands are [rsi], general registers EAX.
  struct Form: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var isX87 = false
    var testDescription: String { name }
    init(_ name: String, _ bytes: [UInt8], isX87: Bool = false) {
      self.name = name
      self.bytes = bytes
      self.isX87 = isX87
    }
  }

  static let moves: [Form] = [
    Form("movups xmm2,[rsi]", [0x0F, 0x10, 0x16]), Form("movups [rsi],xmm2", [0x0F, 0x11, 0x16]),
    Form("movups xmm9,xmm2", [0x44, 0x0F, 0x10, 0xCA]),
    Form("movupd xmm2,[rsi]", [0x66, 0x0F, 0x10, 0x16]),
    Form("movss xmm2,[rsi]", [0xF3, 0x0F, 0x10, 0x16]),
    Form("movss [rsi],xmm2", [0xF3, 0x0F, 0x11, 0x16]),
    Form("movss xmm2,xmm11", [0xF3, 0x41, 0x0F, 0x10, 0xD3]),
    Form("movss xmm3,xmm2 (11)", [0xF3, 0x0F, 0x11, 0xD3]),
    Form("movsd xmm2,[rsi]", [0xF2, 0x0F, 0x10, 0x16]),
    Form("movsd [rsi],xmm2", [0xF2, 0x0F, 0x11, 0x16]),
    Form("movsd xmm2,xmm3", [0xF2, 0x0F, 0x10, 0xD3]),
    Form("movlps xmm2,[rsi]", [0x0F, 0x12, 0x16]), Form("movhlps xmm2,xmm3", [0x0F, 0x12, 0xD3]),
    Form("movlpd [rsi],xmm2", [0x66, 0x0F, 0x13, 0x16]),
    Form("movhps xmm2,[rsi]", [0x0F, 0x16, 0x16]), Form("movlhps xmm2,xmm3", [0x0F, 0x16, 0xD3]),
    Form("movhps [rsi],xmm2", [0x0F, 0x17, 0x16]),
    Form("movsldup xmm2,xmm3", [0xF3, 0x0F, 0x12, 0xD3]),
    Form("movshdup xmm2,[rsi]", [0xF3, 0x0F, 0x16, 0x16]),
    Form("movddup xmm2,[rsi]", [0xF2, 0x0F, 0x12, 0x16]),
    Form("movddup xmm2,xmm3", [0xF2, 0x0F, 0x12, 0xD3]),
    Form("unpcklps xmm2,xmm3", [0x0F, 0x14, 0xD3]),
    Form("unpckhps xmm2,[rsi]", [0x0F, 0x15, 0x16]),
    Form("unpcklpd xmm2,xmm3", [0x66, 0x0F, 0x14, 0xD3]),
    Form("unpckhpd xmm2,xmm3", [0x66, 0x0F, 0x15, 0xD3]),
    Form("movaps xmm2,[rsi]", [0x0F, 0x28, 0x16]),
    Form("movapd [rsi],xmm2", [0x66, 0x0F, 0x29, 0x16]),
    Form("movntps [rsi],xmm2", [0x0F, 0x2B, 0x16]),
    Form("movd xmm2,eax", [0x66, 0x0F, 0x6E, 0xD0]),
    Form("movd xmm2,[rsi]", [0x66, 0x0F, 0x6E, 0x16]),
    Form("movq xmm2,rax", [0x66, 0x48, 0x0F, 0x6E, 0xD0]),
    Form("movd eax,xmm2", [0x66, 0x0F, 0x7E, 0xD0]),
    Form("movq rax,xmm2", [0x66, 0x48, 0x0F, 0x7E, 0xD0]),
    Form("movd [rsi],xmm2", [0x66, 0x0F, 0x7E, 0x16]),
    Form("movq xmm2,[rsi]", [0xF3, 0x0F, 0x7E, 0x16]),
    Form("movq xmm2,xmm3", [0xF3, 0x0F, 0x7E, 0xD3]),
    Form("movq [rsi],xmm2", [0x66, 0x0F, 0xD6, 0x16]),
    Form("movq xmm3,xmm2 (d6)", [0x66, 0x0F, 0xD6, 0xD3]),
    Form("movdqa xmm2,[rsi]", [0x66, 0x0F, 0x6F, 0x16]),
    Form("movdqu xmm2,[rsi+3]", [0xF3, 0x0F, 0x6F, 0x56, 3]),
    Form("movdqa [rsi],xmm2", [0x66, 0x0F, 0x7F, 0x16]),
    Form("movdqu [rsi+5],xmm2", [0xF3, 0x0F, 0x7F, 0x56, 5]),
    Form("movntdq [rsi],xmm2", [0x66, 0x0F, 0xE7, 0x16]),
    Form("lddqu xmm2,[rsi+1]", [0xF2, 0x0F, 0xF0, 0x56, 1]),
    Form("movntdqa xmm2,[rsi]", [0x66, 0x0F, 0x38, 0x2A, 0x16]),
    Form("andps xmm2,xmm3", [0x0F, 0x54, 0xD3]),
    Form("andnpd xmm2,[rsi]", [0x66, 0x0F, 0x55, 0x16]),
    Form("orps xmm2,[rsi]", [0x0F, 0x56, 0x16]), Form("xorps xmm2,xmm2", [0x0F, 0x57, 0xD2]),
    Form("pand xmm2,[rsi]", [0x66, 0x0F, 0xDB, 0x16]),
    Form("pandn xmm2,xmm3", [0x66, 0x0F, 0xDF, 0xD3]),
    Form("por xmm2,xmm3", [0x66, 0x0F, 0xEB, 0xD3]),
    Form("pxor xmm2,xmm12", [0x66, 0x41, 0x0F, 0xEF, 0xD4]),
    Form("vmovups ymm2,[rsi+1]", [0xC5, 0xFC, 0x10, 0x56, 1]),
    Form("vmovups xmm2,[rsi]", [0xC5, 0xF8, 0x10, 0x16]),
    Form("vmovss xmm2,[rsi]", [0xC5, 0xFA, 0x10, 0x16]),
    Form("vmovss xmm2,xmm3,xmm4", [0xC5, 0xE2, 0x10, 0xD4]),
    Form("vmovsd xmm2,xmm13,xmm4", [0xC5, 0x93, 0x10, 0xD4]),
    Form("vmovhps xmm2,xmm3,[rsi]", [0xC5, 0xE0, 0x16, 0x16]),
    Form("vmovddup ymm2,[rsi]", [0xC5, 0xFF, 0x12, 0x16]),
    Form("vmovshdup ymm2,ymm3", [0xC5, 0xFE, 0x16, 0xD3]),
    Form("vunpcklps ymm2,ymm3,ymm4", [0xC5, 0xE4, 0x14, 0xD4]),
    Form("vunpckhpd ymm2,ymm3,[rsi]", [0xC5, 0xE5, 0x15, 0x16]),
    Form("vmovaps ymm2,[rsi]", [0xC5, 0xFC, 0x28, 0x16]),
    Form("vmovdqa [rsi],ymm2", [0xC5, 0xFD, 0x7F, 0x16]),
    Form("vmovdqu ymm9,ymm2", [0xC5, 0x7E, 0x6F, 0xCA]),
    Form("vmovntdq [rsi],ymm2", [0xC5, 0xFD, 0xE7, 0x16]),
    Form("vmovq xmm2,rax", [0xC4, 0xE1, 0xF9, 0x6E, 0xD0]),
    Form("vmovd eax,xmm2", [0xC5, 0xF9, 0x7E, 0xD0]),
    Form("vpxor ymm2,ymm3,ymm4", [0xC5, 0xE5, 0xEF, 0xD4]),
    Form("vpxor xmm2,xmm2,xmm2", [0xC5, 0xE9, 0xEF, 0xD2]),
    Form("vandnps ymm2,ymm3,[rsi+1]", [0xC5, 0xE4, 0x55, 0x56, 1]),
    Form("vzeroupper", [0xC5, 0xF8, 0x77]), Form("vzeroall", [0xC5, 0xFC, 0x77]),
    Form("vmovntdqa ymm2,[rsi]", [0xC4, 0xE2, 0x7D, 0x2A, 0x16]),
    Form("ldmxcsr [rsi+64]", [0x0F, 0xAE, 0x56, 64]), Form("stmxcsr [rsi]", [0x0F, 0xAE, 0x1E]),
    Form("vstmxcsr [rsi]", [0xC5, 0xF8, 0xAE, 0x1E]),
  ]

  static let mmx: [Form] = [
    Form("movd mm2,eax", [0x0F, 0x6E, 0xD0]), Form("movd mm2,[rsi]", [0x0F, 0x6E, 0x16]),
    Form("movq mm2,rax", [0x48, 0x0F, 0x6E, 0xD0]), Form("movd eax,mm2", [0x0F, 0x7E, 0xD0]),
    Form("movq rax,mm2", [0x48, 0x0F, 0x7E, 0xD0]), Form("movd [rsi],mm2", [0x0F, 0x7E, 0x16]),
    Form("movq mm2,[rsi]", [0x0F, 0x6F, 0x16]), Form("movq mm2,mm5", [0x0F, 0x6F, 0xD5]),
    Form("movq mm5,mm2 (7f, rex.rb)", [0x45, 0x0F, 0x7F, 0xD5]),
    Form("movq [rsi+1],mm2", [0x0F, 0x7F, 0x56, 1]), Form("movntq [rsi],mm2", [0x0F, 0xE7, 0x16]),
    Form("pand mm2,mm3", [0x0F, 0xDB, 0xD3]), Form("pandn mm2,[rsi]", [0x0F, 0xDF, 0x16]),
    Form("por mm2,mm3", [0x0F, 0xEB, 0xD3]), Form("pxor mm2,mm3", [0x0F, 0xEF, 0xD3]),
    Form("pxor mm2,mm2", [0x0F, 0xEF, 0xD2]),
  ]

  static let x87: [Form] = [
    Form("fld m32", [0xD9, 0x46, 72], isX87: true), Form("fld m64", [0xDD, 0x46, 80], isX87: true),
    Form("fld m80", [0xDB, 0x6E, 96], isX87: true), Form("fld st2", [0xD9, 0xC2], isX87: true),
    Form("fild m16", [0xDF, 0x06], isX87: true), Form("fild m32", [0xDB, 0x06], isX87: true),
    Form("fild m64", [0xDF, 0x2E], isX87: true), Form("fst m32", [0xD9, 0x16], isX87: true),
    Form("fstp m32", [0xD9, 0x1E], isX87: true), Form("fstp m64", [0xDD, 0x1E], isX87: true),
    Form("fstp m80", [0xDB, 0x3E], isX87: true), Form("fist m16", [0xDF, 0x16], isX87: true),
    Form("fistp m32", [0xDB, 0x1E], isX87: true), Form("fistp m64", [0xDF, 0x3E], isX87: true),
    Form("fisttp m32", [0xDB, 0x0E], isX87: true), Form("fisttp m64", [0xDD, 0x0E], isX87: true),
    Form("fst st3", [0xDD, 0xD3], isX87: true), Form("fstp st1", [0xDD, 0xD9], isX87: true),
    Form("fxch st1", [0xD9, 0xC9], isX87: true), Form("fchs", [0xD9, 0xE0], isX87: true),
    Form("fabs", [0xD9, 0xE1], isX87: true), Form("fld1", [0xD9, 0xE8], isX87: true),
    Form("fldz", [0xD9, 0xEE], isX87: true), Form("fincstp", [0xD9, 0xF7], isX87: true),
    Form("fdecstp", [0xD9, 0xF6], isX87: true), Form("ffree st1", [0xDD, 0xC1], isX87: true),
    Form("fnop", [0xD9, 0xD0], isX87: true), Form("fnclex", [0xDB, 0xE2], isX87: true),
    Form("fninit", [0xDB, 0xE3], isX87: true), Form("fnstsw ax", [0xDF, 0xE0], isX87: true),
    Form("fnstsw m16", [0xDD, 0x3E], isX87: true), Form("fnstcw m16", [0xD9, 0x3E], isX87: true),
    Form("fldcw m16", [0xD9, 0x6E, 68], isX87: true), Form("emms", [0x0F, 0x77], isX87: true),
  ]

  static let saves: [Form] = [
    Form("xsave", [0x0F, 0xAE, 0x26], isX87: true),
    Form("xsave64", [0x48, 0x0F, 0xAE, 0x26], isX87: true),
    Form("xsavec", [0x0F, 0xC7, 0x26], isX87: true),
    Form("xsavec64", [0x48, 0x0F, 0xC7, 0x26], isX87: true),
    Form("xsaveopt", [0x0F, 0xAE, 0x36], isX87: true),
    Form("xgetbv", [0x0F, 0x01, 0xD0], isX87: true),
    Form("xrstor", [0x0F, 0xAE, 0x2E], isX87: true),
    Form("xrstor64", [0x48, 0x0F, 0xAE, 0x2E], isX87: true),
  ]

  @Test("moves and logic of SSE, AVX and MMX", arguments: moves + mmx)
  func agree(form: Form) {
    var random = Numbers(seed: 0xFEDC_BA98_7654_3210)
    for _ in 0..<12 {
      let trial = Trial(&random)
      guard trial.agrees(form, eax: random.next()) == true else { return }
    }
  }

  @Test("x87 moves: what is repaired at all is what the processor does", arguments: x87)
  func agreeX87(form: Form) {
    var random = Numbers(seed: 0x0123_4567_89AB_CDEF)
    var repaired = 0
    for _ in 0..<40 {
      let trial = Trial(&random)
      switch trial.agrees(form, eax: random.next()) {
      case true?: repaired += 1
      case nil: continue
      default: return
      }
    }
    #expect(repaired > 5)
  }

  @Test("XSAVE, XSAVEC and XRSTOR in both forms and any choice of components", arguments: saves)
  func agreeXSAVE(form: Form) {
    guard NativeTests.processor.contains(.xsavec) else { return }
    var random = Numbers(seed: 0x55AA_1234_ABCD_0F0F)
    for round in 0..<24 {
      var trial = Trial(&random)
      if form.name.hasPrefix("xrstor") {
        trial.memory = Trial(&random).image
        if round & 1 == 1 { trial.compactMemory(components: random.next() & 0xE7) }
      }
      guard trial.agrees(form, eax: random.next() & 0xE7, ecx: UInt64(round & 1)) == true else {
        return
      }
    }
  }
}
