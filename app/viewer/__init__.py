"""What the viewer does beside showing: looks at nodes, keyframes, masks, snapshots, takes."""
