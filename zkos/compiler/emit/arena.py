"""LLVM IR of the arena: a struct {pointer base, u32 size, u32 used, u32 dirty}.

``dirty`` is how far memory may hold something: only what lies below it is cleared when handed
out again. Each function here is the text of a helper, written once into each module that uses it.

Units:   bytes.
"""

from zkos.compiler.targets import Target


def _head(target: Target) -> dict[str, object]:
    word = f"i{target.pointer_bits}"
    pointer = target.pointer_bytes
    return {
        "word": word,
        "size": pointer,
        "used": pointer + 4,
        "dirty": pointer + 8,
        "pointer": pointer,
    }


def take(target: Target) -> str:
    """Hand out zeroed memory: ``ptr take(ptr arena, i64 bytes, i32 align)``, null if exhausted."""
    names = _head(target)
    names["start_word"] = _resize("start_word", "%start", target)
    names["clear_word"] = _resize("clear_word", "%clear", target)
    return """define linkonce_odr hidden ptr @"zkos.arena.take"(ptr %arena, i64 %bytes, \
i32 %align) nounwind {{
entry:
  %base = load ptr, ptr %arena, align {pointer}
  %size.p = getelementptr inbounds i8, ptr %arena, {word} {size}
  %used.p = getelementptr inbounds i8, ptr %arena, {word} {used}
  %dirty.p = getelementptr inbounds i8, ptr %arena, {word} {dirty}
  %size = load i32, ptr %size.p, align 4
  %used = load i32, ptr %used.p, align 4
  %dirty = load i32, ptr %dirty.p, align 4
  %address = ptrtoint ptr %base to {word}
  %low = {low}
  %here = add i32 %low, %used
  %past = sub i32 0, %here
  %mask = sub i32 %align, 1
  %skip = and i32 %past, %mask
  %used64 = zext i32 %used to i64
  %skip64 = zext i32 %skip to i64
  %size64 = zext i32 %size to i64
  %start64 = add i64 %used64, %skip64
  %end64 = add i64 %start64, %bytes
  %wraps = icmp ult i64 %end64, %bytes
  %beyond = icmp ugt i64 %end64, %size64
  %full = or i1 %wraps, %beyond
  br i1 %full, label %exhausted, label %fits, !prof !1
exhausted:
  ret ptr null
fits:
  %start = trunc i64 %start64 to i32
  %end = trunc i64 %end64 to i32
  store i32 %end, ptr %used.p, align 4
{start_word}
  %place = getelementptr inbounds i8, ptr %base, {word} %start_word
  %was_used = icmp ult i32 %start, %dirty
  br i1 %was_used, label %clean, label %mark
clean:
  %clear.high = call i32 @llvm.umin.i32(i32 %end, i32 %dirty)
  %clear = sub i32 %clear.high, %start
{clear_word}
  call void @llvm.memset.p0.{word}(ptr %place, i8 0, {word} %clear_word, i1 false)
  br label %mark
mark:
  %dirty.new = call i32 @llvm.umax.i32(i32 %end, i32 %dirty)
  store i32 %dirty.new, ptr %dirty.p, align 4
  ret ptr %place
}}""".format(low=_low(target), **names)


def _low(target: Target) -> str:
    return "add i32 %address, 0" if target.pointer_bytes == 4 else "trunc i64 %address to i32"


def _resize(name: str, value: str, target: Target) -> str:
    if target.pointer_bytes == 4:
        return f"  %{name} = add i32 {value}, 0"
    return f"  %{name} = zext i32 {value} to i64"
