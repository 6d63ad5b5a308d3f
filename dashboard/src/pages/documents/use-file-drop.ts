import { onBeforeUnmount, onMounted, type Ref, ref } from "vue";

/** Takes files dropped anywhere in the window, which the browser would otherwise open in place of the page. */
export function useFileDrop(onFiles: (files: FileList) => void): { isOver: Ref<boolean> } {
  const isOver = ref(false);

  function onDragover(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    isOver.value = true;
  }

  function onDragleave(event: DragEvent): void {
    // Only the one that leaves the window comes from nothing inside it.
    if (event.relatedTarget === null) isOver.value = false;
  }

  function onDrop(event: DragEvent): void {
    isOver.value = false;
    const files = event.dataTransfer?.files;
    if (!files || files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  }

  onMounted(() => {
    window.addEventListener("dragover", onDragover);
    window.addEventListener("dragleave", onDragleave);
    window.addEventListener("drop", onDrop);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("dragover", onDragover);
    window.removeEventListener("dragleave", onDragleave);
    window.removeEventListener("drop", onDrop);
  });
  return { isOver };
}
